using Athena.Common.Daemon.Control;
using Athena.Common.Settings;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>
/// What an answer says while the state cannot be written. The answer comes first, whole: what is so in Grafana does not depend on a disk.
/// Pure.
/// </summary>
public static class UnwrittenState
{
    /// <param name="reply">The command's answer.</param>
    /// <param name="problem">Why the state could not be written; null when it is on disk.</param>
    /// <param name="isQuestion">It leaves nothing that would have to be written down.</param>
    /// <param name="isDaemon">The daemon answers, which tries again at each of its looks; a command in its place ends now.</param>
    public static ControlReply Tell(ControlReply reply, string? problem, bool isQuestion, bool isDaemon)
    {
        if (problem is null || reply.Next is not null) return reply; // Said with the last part.
        var isDone = reply.ExitCode == ExitCode.Ok && !isQuestion;
        if (!isDaemon && !isDone) return reply; // Nothing of it is lost.
        var said = reply.Text.Length == 0 || reply.Text.EndsWith('\n') ? reply.Text : reply.Text + "\n";
        var what = isDone ? "That is done, and" : "What the daemon learned last";
        var next = isDaemon
            ? ": the daemon then writes it by itself, and nothing has to be repeated. Do not restart it before, which would forget it."
            : ", then repeat the command: the daemon, which does not run, would not know of it.";
        return reply with
        {
            ExitCode = isDone ? ExitCode.Fault : reply.ExitCode,
            Text = $"{said}{what} is not on disk: {problem.TrimEnd('.')}. Make room on that disk{next}\n",
        };
    }
}
