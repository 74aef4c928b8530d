using System.Globalization;

namespace Athena.Bench.Stage;

/// <summary>What the kernel tells of a process (proc_pid_status(5), proc_pid_stat(5)).</summary>
internal static class ProcessFigures
{
    /// <summary>Ticks of <c>utime</c> and <c>stime</c> in a second: 100 on every Linux that .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>A line of <c>status</c> such as VmRSS, in MiB.</summary>
    public static double Mebibytes(int processId, string field)
    {
        var line = File.ReadLines($"/proc/{processId}/status").First(l => l.StartsWith(field + ":", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', '\t')[^2], CultureInfo.InvariantCulture) / 1024;
    }

    /// <summary>CPU time used so far, by the process itself and for it by the kernel, in seconds.</summary>
    public static double CpuSeconds(int processId)
    {
        // The name in parentheses may hold anything; the fields after it begin with number 3, utime is 14 and stime 15.
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }
}
