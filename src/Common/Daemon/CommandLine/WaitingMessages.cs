using Athena.Common.Daemon.Control;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>
/// What waits for a mail server or a chat need not wait out its pause, of hours in the end, when a <c>check</c> has found that well: the
/// running daemon is told to try at once.
/// </summary>
public static class WaitingMessages
{
    /// <summary>The request at the daemon.</summary>
    public const string Command = "try-at-once";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Without a daemon nothing waits there, and one that cannot be asked goes on as it would.</summary>
    public static async Task TryAsync<TSettings>(WorkerContext<TSettings> context, CancellationToken cancel)
    {
        try
        {
            await context.AskAsync(new ControlRequest(Command), Patience, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TimeoutException)
        {
            // It was found well, which is what was asked.
        }
    }
}
