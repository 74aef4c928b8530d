using Athena.Common.Daemon.Control;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Delivery;
using Athena.Common.Settings;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>
/// What waits for a mail server or a chat need not wait out its pause, of hours in the end, when a <c>check</c> has found that well: the
/// running daemon is told to try at once.
/// </summary>
public static class WaitingMessages
{
    /// <summary>The request at the daemon.</summary>
    public const string Command = "try-at-once";

    private const string WellChannel = "channel";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The daemon's answer.</summary>
    public static ControlReply Done { get; } = new(ExitCode.Ok, "What waits is tried at once.\n");

    /// <summary>Without a daemon nothing waits there, and one that cannot be asked goes on as it would.</summary>
    /// <param name="well">The one that was found well: what waits for another is left alone.</param>
    public static async Task TryAsync<TSettings>(
        WorkerContext<TSettings> context, INotificationChannel well, CancellationToken cancel)
    {
        try
        {
            await context.AskAsync(Asking(well), Patience, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TimeoutException)
        {
            // It was found well, which is what was asked.
        }
    }

    public static ControlRequest Asking(INotificationChannel well) =>
        new(Command, new Dictionary<string, string> { [WellChannel] = well.Name });

    /// <summary>In the daemon that was asked.</summary>
    public static ControlReply Hurry(Outbox outbox, ControlRequest request)
    {
        outbox.TryAtOnce(request.Arguments.GetValueOrDefault(WellChannel));
        return Done;
    }
}
