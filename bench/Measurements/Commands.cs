using System.Diagnostics;

namespace Athena.Bench.Measurements;

/// <summary>How large the program is, and how long a person waits for a command that asks nobody.</summary>
internal static class Commands
{
    private const int Runs = 20;

    public static void Measure(string programs, Report report)
    {
        report.Section(
            "The program and its commands",
            "Size of the one file that all daemons are. Time from the start of a process until it has ended, its output read: median of "
            + $"{Runs}, after one that is not counted.");
        report.Add("size of the program", new FileInfo(Path.Combine(programs, "athena-workers")).Length / 1e6, "MB", 30);
        foreach (var (daemon, command) in (ReadOnlySpan<(string, string)>)
            [
                ("grafana-auto-disable", "--version"),
                ("grafana-auto-disable", "--help"),
                ("grafana-auto-disable", "status"),
                ("grafana-compliance", "--version"),
                ("grafana-active-users", "--version"),
            ])
            report.Add($"{daemon} {command}", Time(Path.Combine(programs, daemon), command), "ms", 25);
    }

    private static double Time(string program, string command)
    {
        Run(program, command);
        return new Distribution([.. Enumerable.Range(0, Runs).Select(_ => Run(program, command))]).At(0.5);
    }

    private static TimeSpan Run(string program, string command)
    {
        var start = new ProcessStartInfo(program, [command]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        start.Environment["ATHENA_DEFAULTS_DIR"] = start.Environment["CONTROL_DIR"] = start.Environment["STATE_DIR"] = "/nonexistent";
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        errors.Wait();
        return Stopwatch.GetElapsedTime(began);
    }
}
