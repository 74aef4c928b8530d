using System.Diagnostics;
using System.Text.Json;
using Athena.Bench.Stage;
using Athena.Common.Time;
using Activity = Athena.Common.Grafana.Usage.Activity;

namespace Athena.Bench.Measurements;

/// <summary>How much work it is to read a log and to count who did what, against the tools that a sysadmin would take.</summary>
internal static class Aggregation
{
    private const int Rounds = 5;
    private const int WholeMebibytes = 1024;
    private const int TailMebibytes = 10;

    // The least: one key. And what our rows are made of: user, organisation, login.
    private const string Mawk =
        """mawk '/Request Completed/ { if (match($0, /userId=[0-9]+/)) n[substr($0, RSTART + 7, RLENGTH - 7)]++ } END { for (u in n) print u, n[u] }' "$1" """;

    private const string MawkOfRows = """
        mawk 'match($0, /msg="Request Completed"/) { match($0, / userId=[0-9]+/); id = substr($0, RSTART + 8, RLENGTH - 8);
          match($0, / orgId=[-0-9]+/); org = substr($0, RSTART + 7, RLENGTH - 7); match($0, / uname=[^ ]*/);
          n[id " " org " " substr($0, RSTART + 7, RLENGTH - 7)]++ } END { for (u in n) print u, n[u] }' "$1"
        """;

    private const string Pipe =
        """grep 'Request Completed' "$1" | mawk '{ if (match($0, /userId=[0-9]+/)) print substr($0, RSTART + 7, RLENGTH - 7) }' | sort | uniq -c | sort -rn""";

    private const string PipeOfWindow = """
        grep 'Request Completed' "$1" | mawk -v from="$2" -v to="$3" '{ if (match($0, / t=[^ ]+/)) { t = substr($0, RSTART + 3, RLENGTH - 3);
          if (t >= from && t < to && match($0, /userId=[0-9]+/)) print substr($0, RSTART + 7, RLENGTH - 7) } }' | sort | uniq -c | sort -rn
        """;

    /// <param name="daemon">The published grafana-active-users.</param>
    /// <param name="recordings">The folder of recorded logs.</param>
    public static void Measure(string daemon, string recordings, Report report)
    {
        var folder = Directory.CreateTempSubdirectory("athena-bench-");
        try
        {
            var whole = Path.Combine(folder.FullName, "grafana.log");
            var log = GeneratedLog.Write(whole, Recorded(recordings), WholeMebibytes * 1024L * 1024, seed: 4711);
            var tail = Path.Combine(Directory.CreateDirectory(Path.Combine(folder.FullName, "tail")).FullName, "grafana.log");
            Shell.Run($"tail -c {TailMebibytes}M \"$1\" | tail -n +2 > \"$2\"", whole, tail);
            report.Section(
                "Reading a log and counting who did what",
                $"A generated log of {WholeMebibytes} MiB and {log.Lines:N0} lines: recorded lines, with 400 people. The counts are held "
                + "against what the generator knows. Each figure is a ratio to the tool named, measured one after the other, the median "
                + $"of {Rounds} pairs; the file is in the page cache. Time is that of the clock: once reads a long file with all of the "
                + $"{Environment.ProcessorCount} processors here, the tools have one each. CPU is processor time (user and system), all "
                + "threads together.");
            WholeFile(daemon, whole, log, report);
            InProcess(whole, tail, log, report);
            LastQuarter(daemon, whole, tail, log, report);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void WholeFile(string daemon, string whole, GeneratedLog log, Report report)
    {
        var all = All(log);
        var counted = Count(whole, all);
        Check(LogCount.Describe(counted), log.Answer);
        Check(LogCount.Describe(LogCount.CountInParts(whole, all)), log.Answer);
        Check(
            Requests(Own(daemon, whole, all).Output),
            (counted.Users.Sum(user => user.Requests), counted.AnonymousRequests).ToString());
        AddSpeed(
            "whole process: mawk, requests of each user, organisation, login / ours",
            () => Shell.Run(MawkOfRows, whole),
            () => Own(daemon, whole, all),
            report,
            3);
        AddSpeed(
            "whole process: mawk, requests of each user id alone / ours",
            () => Shell.Run(Mawk, whole),
            () => Own(daemon, whole, all),
            report);
        AddSpeed("whole process: grep | mawk | sort | uniq / ours", () => Shell.Run(Pipe, whole), () => Own(daemon, whole, all), report);
    }

    private static void InProcess(string whole, string tail, GeneratedLog log, Report report)
    {
        var all = All(log);
        for (var i = 0; i < 20; i++)
            Count(tail, all with { From = log.Last.AddHours(-1) });
        AddSpeed(
            "in process, warm: wc -l / ours",
            () => Shell.Run("wc -l \"$1\"", whole),
            () => Timed(() => LogCount.CountInParts(whole, all)),
            report,
            0.25);
        AddSpeed(
            "in process, warm, by one thread as the daemon reads: wc -l / ours",
            () => Shell.Run("wc -l \"$1\"", whole),
            () => Timed(() => Count(whole, all)),
            report);
        report.Add("in process, by one thread: allocated", Allocated(() => Count(whole, all)) / (double)log.Lines, "bytes a line", 0.5);
        report.Add(
            "in process, in parts: allocated by all threads",
            Allocated(() => LogCount.CountInParts(whole, all)) / (double)log.Lines,
            "bytes a line",
            0.5);
    }

    private static long Allocated(Action action)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        action();
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    private static void LastQuarter(string daemon, string whole, string tail, GeneratedLog log, Report report)
    {
        var quarter = All(log) with { From = All(log).To.AddMinutes(-15) };
        string from = Second(quarter.From), to = Second(quarter.To);
        if (Own(daemon, whole, quarter).Output != Own(daemon, tail, quarter).Output)
            throw new InvalidDataException("The last quarter of an hour differs between the whole log and its end.");
        report.AddLeast(
            "last 15 minutes, whole process: grep | mawk | sort | uniq / ours, CPU",
            Ratio(() => Shell.Run(PipeOfWindow, whole, from, to), () => Own(daemon, whole, quarter)),
            "times",
            20);
        report.Add(
            $"last 15 minutes: of {WholeMebibytes} MiB / of {TailMebibytes} MiB, CPU",
            Ratio(() => Own(daemon, whole, quarter), () => Own(daemon, tail, quarter), 15),
            "times",
            1.2);
    }

    private static Activity Count(string log, Window window) => LogCount.Count(log, window, mayBeginLater: true);

    /// <summary>All of the log, in whole seconds as a sysadmin would write them.</summary>
    private static Window All(GeneratedLog log) =>
        new(log.Last.AddYears(-1), log.Last.AddTicks(-(log.Last.Ticks % TimeSpan.TicksPerSecond)).AddSeconds(1));

    private static string Second(DateTimeOffset time) => time.ToString("yyyy-MM-ddTHH:mm:ss");

    /// <summary>The daemon's command as a sysadmin runs it.</summary>
    private static ShellRun Own(string daemon, string log, Window window) =>
        Shell.Run(
            "\"$1\" once --log \"$2\" --from \"$3Z\" --to \"$4Z\" --output json", daemon, log, Second(window.From), Second(window.To));

    /// <summary>Requests of accounts and of visitors, from the JSON.</summary>
    private static string Requests(string json)
    {
        var found = JsonSerializer.Deserialize<JsonElement>(json);
        long Sum(string name) => found.GetProperty(name).EnumerateArray().Sum(account => account.GetProperty("requests").GetInt64());
        return (Sum("users") + Sum("serviceAccounts"), found.GetProperty("anonymousRequests").GetInt64()).ToString();
    }

    private static ShellRun Timed(Action action)
    {
        using var self = Process.GetCurrentProcess();
        var before = self.TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        action();
        self.Refresh();
        return new ShellRun("", watch.Elapsed.TotalSeconds, (self.TotalProcessorTime - before).TotalSeconds);
    }

    /// <summary>What is called speed is time by the clock; what it costs stands beside it.</summary>
    private static void AddSpeed(string what, Func<ShellRun> dividend, Func<ShellRun> divisor, Report report, double? target = null)
    {
        (ShellRun Dividend, ShellRun Divisor)[] pairs = [.. Enumerable.Range(0, Rounds).Select(_ => (dividend(), divisor()))];
        report.AddLeast(what + ", time", Median(pairs.Select(pair => pair.Dividend.Wall / pair.Divisor.Wall)), "times", target);
        report.AddLeast(what + ", CPU", Median(pairs.Select(pair => pair.Dividend.Cpu / pair.Divisor.Cpu)), "times");
    }

    private static double Ratio(Func<ShellRun> dividend, Func<ShellRun> divisor, int rounds = Rounds) =>
        Median(Enumerable.Range(0, rounds).Select(_ => dividend().Cpu / divisor().Cpu));

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static void Check(string counted, string answer)
    {
        if (counted != answer)
            throw new InvalidDataException(
                $"The counts are wrong. Expected:\n{answer[..Math.Min(400, answer.Length)]}\nbut was:\n"
                + $"{counted[..Math.Min(400, counted.Length)]}");
    }

    private static IEnumerable<string> Recorded(string recordings) =>
        ((string[])["day/rotated/grafana.log.2026-11-21.006", "day/rotated/grafana.log", "anonymous-and-token-rotation/grafana.log"])
            .SelectMany(name => File.ReadLines(Path.Combine(recordings, name)));
}
