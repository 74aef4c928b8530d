using System.Diagnostics;

namespace Athena.Sandbox;

/// <summary>
/// Ends the processes that this one started when it is itself killed and cannot tidy up: a shell learns their ids through a pipe, and the
/// kernel closes the pipe.
/// </summary>
public static class Leash
{
    private const string Script =
        "trap '' INT TERM HUP; held=' '; while read -r verb id; do case $verb in "
        + "hold) held=\"$held$id \";; "
        + "free) held=\"${held%% $id *} ${held#* $id }\";; "
        + "esac; done; kill -KILL $held 2>/dev/null";

    private static readonly Lock Gate = new();
    private static readonly Process Shell =
        Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Script]) { RedirectStandardInput = true })!;

    public static void Hold(Process process) => Tell("hold", process);

    /// <summary>It has ended: its id may soon be another's.</summary>
    public static void Free(Process process) => Tell("free", process);

    private static void Tell(string verb, Process process)
    {
        lock (Gate)
        {
            Shell.StandardInput.WriteLine($"{verb} {process.Id}");
            Shell.StandardInput.Flush();
        }
    }
}
