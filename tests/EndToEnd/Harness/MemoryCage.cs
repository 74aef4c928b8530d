using System.Globalization;
using Athena.Tests.Shared;

namespace Athena.EndToEnd.Harness;

/// <summary>A control group with a limit of memory, as <c>MemoryMax=</c> of a unit makes one. Needs root.</summary>
internal sealed class MemoryCage : IDisposable
{
    private const string Hierarchy = "/sys/fs/cgroup";

    private readonly string directory;

    private MemoryCage(string directory) => this.directory = directory;

    /// <summary>What a process writes its id to, to be in it.</summary>
    public string Members => Path.Combine(directory, "cgroup.procs");

    /// <summary>Makes one; ignores the test, with the reason, where that is not allowed.</summary>
    public static MemoryCage Make(long bytes)
    {
        // Version 1 has a hierarchy for the memory alone, version 2 one for all.
        var isFirst = Directory.Exists(Path.Combine(Hierarchy, "memory"));
        var directory = Path.Combine(Hierarchy, isFirst ? "memory" : "", $"athena-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(directory);
            var cage = new MemoryCage(directory);
            File.WriteAllText(
                Path.Combine(directory, isFirst ? "memory.limit_in_bytes" : "memory.max"), bytes.ToString(CultureInfo.InvariantCulture));
            return cage;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (Directory.Exists(directory)) Directory.Delete(directory);
            NotRun.Missing($"No control group with a limit of memory can be made here: {e.Message}");
            throw;
        }
    }

    /// <summary>Once nobody is in it.</summary>
    public void Dispose() => Directory.Delete(directory);
}
