using Athena.Common.Settings;

namespace Athena.Common.Daemon.Control;

/// <summary>A command that waits in a daemon's inbox for its turn: one thread of execution does all its work.</summary>
public sealed record CommandCall(ControlRequest Request, TaskCompletionSource<ControlReply> Answer)
{
    /// <summary>Puts a command into the inbox and waits until it is answered; safe from any thread.</summary>
    /// <param name="tryPut">False when the inbox is closed.</param>
    public static Task<ControlReply> AskAsync(ControlRequest request, Func<CommandCall, bool> tryPut, CancellationToken cancel)
    {
        var call = new CommandCall(request, new TaskCompletionSource<ControlReply>(TaskCreationOptions.RunContinuationsAsynchronously));
        return tryPut(call)
            ? call.Answer.Task.WaitAsync(cancel)
            : Task.FromResult(new ControlReply(ExitCode.Fault, "The daemon is stopping."));
    }
}
