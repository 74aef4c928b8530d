using System.Globalization;

namespace Athena.Bench.Stage;

/// <summary>What the kernel tells of a process (proc_pid_status(5), Documentation/scheduler/sched-stats.rst).</summary>
internal static class ProcessFigures
{
    /// <summary>A line of <c>status</c> such as VmRSS, in MiB.</summary>
    public static double Mebibytes(int processId, string field)
    {
        var line = File.ReadLines($"/proc/{processId}/status").First(l => l.StartsWith(field + ":", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', '\t')[^2], CultureInfo.InvariantCulture) / 1024;
    }

    /// <summary>
    /// CPU time used so far by the threads that there are, in seconds. From their <c>schedstat</c>, which counts nanoseconds: the ticks of
    /// <c>stat</c> count a thread that works for 10 µs every 10 ms at several times its due.
    /// </summary>
    public static double CpuSeconds(int processId) => Directory.EnumerateDirectories($"/proc/{processId}/task")
        .Sum(thread => double.Parse(File.ReadAllText(Path.Combine(thread, "schedstat")).Split(' ')[0], CultureInfo.InvariantCulture)) / 1e9;
}
