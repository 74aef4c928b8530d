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

    /// <summary>The process's share of memory in MiB: a page that n processes have counts for an nth (proc_pid_smaps(5)).</summary>
    public static double Proportional(int processId)
    {
        var line = File.ReadLines($"/proc/{processId}/smaps_rollup").First(l => l.StartsWith("Pss:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    /// <summary>
    /// CPU time that each thread has used so far, in nanoseconds, by thread id, from its <c>schedstat</c>: finer than the 10 ms ticks of
    /// <c>stat</c>.
    /// </summary>
    public static Dictionary<string, long> CpuTimes(int processId)
    {
        var times = new Dictionary<string, long>();
        foreach (var thread in Directory.EnumerateDirectories($"/proc/{processId}/task"))
        {
            try
            {
                times[thread] = long.Parse(File.ReadAllText(Path.Combine(thread, "schedstat")).Split(' ')[0], CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // The thread ended meanwhile.
            }
        }

        return times;
    }

    /// <summary>CPU time used since <paramref name="before"/> by the threads that are still there, in seconds.</summary>
    public static double CpuSecondsSince(int processId, Dictionary<string, long> before) =>
        CpuTimes(processId).Sum(thread => thread.Value - before.GetValueOrDefault(thread.Key)) / 1e9;
}
