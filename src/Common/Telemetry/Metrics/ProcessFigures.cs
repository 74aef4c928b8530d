using System.Diagnostics;
using System.Globalization;

namespace Athena.Common.Telemetry.Metrics;

/// <summary>What every process of Prometheus' world tells of itself, from proc(5).</summary>
public static class ProcessFigures
{
    /// <summary>Puts it down as it is now.</summary>
    /// <exception cref="IOException">/proc cannot be read.</exception>
    public static void Take(MetricBook book)
    {
        using var self = Process.GetCurrentProcess();
        book.Set(MetricTable.ProcessCpu, self.TotalProcessorTime.TotalSeconds);
        book.Set(MetricTable.ProcessResident, self.WorkingSet64);
        book.Set(MetricTable.ProcessVirtual, self.VirtualMemorySize64);
        book.Set(
            MetricTable.ProcessStarted, new DateTimeOffset(self.StartTime.ToUniversalTime()).ToUnixTimeMilliseconds() / 1000.0);
        book.Set(MetricTable.ProcessFiles, Directory.EnumerateFileSystemEntries("/proc/self/fd").Count());
        if (MostFiles() is { } most) book.Set(MetricTable.ProcessMostFiles, most);
    }

    /// <summary>The soft limit; null where there is none.</summary>
    private static double? MostFiles()
    {
        var line = File.ReadLines("/proc/self/limits").FirstOrDefault(one => one.StartsWith("Max open files", StringComparison.Ordinal));
        var words = line?["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return words.Length > 0 && double.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var most) ? most : null;
    }
}
