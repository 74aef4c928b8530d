using System.Diagnostics;
using Athena.Common.Settings;

namespace Athena.Common.Daemon.Units;

/// <summary>
/// A command of this program in a process of its own: what has to stay root lets it do the part in the state directory, and it becomes that
/// directory's owner by itself, before the first file there.
/// </summary>
internal static class OwnCommand
{
    /// <param name="arguments">Of this program.</param>
    /// <param name="patience">After which it is killed.</param>
    /// <param name="cancel">Kills it, too.</param>
    /// <param name="output">Takes standard output as it comes; null when it is text for the result.</param>
    /// <exception cref="IOException">It could not be started, or did not end in time.</exception>
    public static Task<Tool.Result> RunAsync(
        IReadOnlyList<string> arguments, TimeSpan patience, CancellationToken cancel, Stream? output = null) =>
        Tool.RunAsync(new ProcessStartInfo(OwnProgram.Command[0], [.. OwnProgram.Command.Skip(1), .. arguments]), patience, cancel, output);
}
