using System.Text;
using System.Text.Json;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.Watching;
using Athena.Common.Grafana.Api;
using Athena.Common.GrafanaLog.Line;
using Athena.Tests.Shared;

namespace Athena.AutoDisable.Tests.Exposures;

/// <summary>The recorded logs, and what the API answered while they were written.</summary>
internal static class Recorded
{
    public static IReadOnlyList<string> Lines(string folder, Func<string, bool>? take = null) =>
        [.. Directory.EnumerateFiles(Fixture("logs", folder), "grafana.log*").OrderBy(Rotation, StringComparer.Ordinal)
            .SelectMany(File.ReadLines).Where(take ?? (_ => true))];

    /// <summary>The lines up to and with the first that holds <paramref name="last"/>.</summary>
    public static IReadOnlyList<string> LinesUntil(string folder, string last)
    {
        var lines = Lines(folder);
        var end = lines.ToList().FindIndex(line => line.Contains(last, StringComparison.Ordinal));
        Assert.That(end, Is.GreaterThan(0), last);
        return [.. lines.Take(end + 1)];
    }

    public static ExposureRecorder Recorder(IEnumerable<string> lines, params long[] admitted)
    {
        var recorder = new ExposureRecorder(admitted.Contains, Some.Clock);
        Feed(recorder, lines);
        return recorder;
    }

    public static void Feed(ExposureRecorder recorder, IEnumerable<string> lines)
    {
        foreach (var line in lines) recorder.OnLine(LogLine.Parse(Encoding.UTF8.GetBytes(line)));
    }

    public static IReadOnlyList<LogEvent> Events(IEnumerable<string> lines, params long[] known)
    {
        var watch = new LogWatch(known.Contains, _ => false, () => 0);
        foreach (var line in lines) watch.OnLine(Encoding.UTF8.GetBytes(line));
        return watch.TakeEvents();
    }

    /// <summary>The one answer of a scene of the transcript, of those that hold <paramref name="part"/> in their body or path.</summary>
    public static JsonElement Answer(string recording, string scene, string part = "") =>
        Exchange(recording, scene, part).GetProperty("json");

    /// <summary>When a request of a scene was sent, and answered.</summary>
    public static (DateTimeOffset Sent, DateTimeOffset Answered) When(string recording, string scene, string part = "")
    {
        var exchange = Exchange(recording, scene, part);
        var sent = exchange.GetProperty("at").GetDateTimeOffset();
        return (sent, sent.AddMilliseconds(exchange.GetProperty("ms").GetDouble()));
    }

    public static IReadOnlyList<ServiceAccount> ServiceAccounts(JsonElement answer) =>
    [
        .. answer.GetProperty("serviceAccounts").EnumerateArray().Select(account => new ServiceAccount(
            account.GetProperty("id").GetInt64(), account.GetProperty("login").GetString()!, account.GetProperty("name").GetString()!,
            account.GetProperty("orgId").GetInt64(), account.GetProperty("role").GetString()!,
            account.GetProperty("isDisabled").GetBoolean())),
    ];

    private static JsonElement Exchange(string recording, string scene, string part) =>
        File.ReadLines(Fixture("grafana-contract", recording + ".jsonl"))
            .Where(line =>
                line.Contains($"\"scene\": \"{scene}\"", StringComparison.Ordinal) && line.Contains(part, StringComparison.Ordinal))
            .Select(line => JsonDocument.Parse(line).RootElement).Last();

    /// <summary><c>grafana.log</c> is the newest.</summary>
    private static string Rotation(string path) => Path.GetFileName(path) == "grafana.log" ? "~" : Path.GetFileName(path);

    private static string Fixture(string kind, string name) => Repository.PathOf($"tests/Fixtures/{kind}/{name}");
}
