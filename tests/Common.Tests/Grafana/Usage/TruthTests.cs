using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Athena.Common.Grafana.Identities;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.Tests.GrafanaLog;
using Athena.Common.Tests.GrafanaLog.Sources.JournalSource;
using Athena.Common.Time;

namespace Athena.Common.Tests.Grafana.Usage;

/// <summary>What is read from the logs against what the browser did, as the program that drove it wrote down.</summary>
public sealed class TruthTests
{
    /// <summary>
    /// What the browser's scripts say they did, and what the log calls the people: a login, or the e-mail by which they signed up.
    /// </summary>
    private static readonly Dictionary<string, string> Logins = new() { ["palesa"] = "palesa.zulu@example.net" };

    [Test]
    public void Rotated_files_tell_what_the_browser_did() =>
        AssertTruth(
            "day/truth.jsonl",
            RecordedLogs.Day.SelectMany(RecordedLogs.Lines),
            "admin redis-overview",
            "palesa.zulu@example.net redis-overview");

    [Test]
    public void The_json_format_tells_what_the_browser_did() =>
        AssertTruth("json-and-text/truth.jsonl", RecordedLogs.Lines("json-and-text/file.json.log"));

    [Test]
    public void The_text_format_tells_what_the_browser_did() =>
        AssertTruth("json-and-text/truth.jsonl", RecordedLogs.Lines("json-and-text/journal.text.log"));

    [Test]
    public void With_anonymous_visitors_and_rotated_tokens_the_log_tells_what_the_browser_did() =>
        AssertTruth("anonymous-and-token-rotation/truth.jsonl", RecordedLogs.Lines("anonymous-and-token-rotation/grafana.log"));

    [Test]
    public void The_journal_tells_what_the_browser_did_in_two_boots()
    {
        List<byte[]> lines = Journal();
        AssertTruth("day/truth.jsonl", lines, "admin redis-overview", "palesa.zulu@example.net redis-overview");
        AssertTruth("day/truth-second-boot.jsonl", lines);
    }

    [Test]
    public void Without_router_logging_the_people_are_still_told_and_dashboards_are_not()
    {
        Window window = Span("router-logging-off/truth.jsonl");
        Activity activity = Counted.Lines(RecordedLogs.Lines("router-logging-off/grafana.log"), new() { Window = window });
        Assert.That(activity.HasRoutineLines, Is.False);
        People people = People.Of(activity, UserDirectory.Unread);
        Assert.That(people.CanTellTabs, Is.False);
        Assert.That(people.AtWork.Select(row => row.Login), Is.EquivalentTo(Truth("router-logging-off/truth.jsonl")
            .Select(observedAction => observedAction.Who).Distinct().Except(["visitor"])));
        Assert.That(people.AtWork.SelectMany(row => row.Dashboards), Is.Empty);
        Assert.That(activity.Security.FailedLogins, Is.EqualTo(1));
    }

    [Test]
    public void Who_only_left_a_tab_open_is_told_apart_from_who_watches()
    {
        // From the minute in which both sat there until the second in which one of them clicked again.
        var window = new Window(At("2026-11-21T01:36:13Z"), At("2026-11-21T01:38:13Z"));
        Activity activity = Counted.Lines(RecordedLogs.Lines("anonymous-and-token-rotation/grafana.log"), new() { Window = window });
        People people = People.Of(activity, UserDirectory.Unread);
        Assert.That(people.AtWork.Select(row => row.Login), Is.EqualTo((string[])["naledi"]));
        Assert.That(
            people.AtWork.Single().Dashboards.Select(dashboard => (dashboard.Uid, dashboard.Opens, dashboard.IsOnScreen)),
            Is.EqualTo(((string, long, bool)[])[("hl7-errors", 0, true)]));
        Assert.That(people.TabsOnly.Select(row => row.Login), Is.EqualTo((string[])["athena-admin"]));
    }

    [Test]
    public void The_disabled_user_and_the_acts_of_the_admin_are_told()
    {
        Activity activity = Counted.Lines(RecordedLogs.Day.SelectMany(RecordedLogs.Lines), new() { Window = Span("day/truth.jsonl") });
        Assert.That(activity.Security.DisabledUserAttempts, Is.EqualTo(1), "palesa tried to log in while disabled");
        Assert.That(
            activity.Changes.Select(change => (change.ByLogin, change.Path[(change.Path.LastIndexOf('/') + 1)..])),
            Is.EqualTo(((string, string)[])[("admin", "disable"), ("admin", "enable")]));
        Assert.That(activity.Security.SignUps, Is.EqualTo(1));
    }

    /// <summary>47 seconds without PostgreSQL, and three open pages that went on asking.</summary>
    [Test]
    public void An_outage_of_the_database_is_told_as_one_and_not_as_128_wrong_passwords()
    {
        Activity activity = Counted.Lines(RecordedLogs.Lines("database-outage/grafana.log"), new());
        Assert.That(activity.Security.FailedLogins, Is.Zero);
        Assert.That(activity.Security.RefusedTokens, Is.Zero);
        Assert.That(activity.DatabaseFailures!.Requests, Is.EqualTo(64), "two lines each");
        Assert.That(
            activity.Unidentified,
            Is.EqualTo(new[] { new Window(activity.DatabaseFailures.First, activity.Unidentified.Single().To) }),
            "one outage, of people with sessions");
        Assert.That(
            activity.Unidentified[0].To - activity.Unidentified[0].From, Is.InRange(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60)));
        Assert.That(activity.DatabaseFailures.Last - activity.DatabaseFailures.First, Is.InRange(
            TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60)));
    }

    [TestCase(5, "context canceled", 0)]
    [TestCase(6, "context canceled", 1)]
    [TestCase(1, "context deadline exceeded", 1)]
    public void A_few_who_left_their_page_are_no_outage_and_many_are_and_each_who_got_no_answer(int lines, string error, int outages) =>
        Assert.That(
            Counted.Text(string.Concat(Enumerable.Repeat(Line.Refusal("auth.client.session", error), lines))).Unidentified,
            Has.Count.EqualTo(outages));

    /// <param name="reloaded">
    /// Who and which dashboard was loaded once more than somebody chose it: saving loads it again, also on the screens of others who have
    /// it open.
    /// </param>
    private static void AssertTruth(string truth, IEnumerable<byte[]> lines, params string[] reloaded)
    {
        Activity activity = Counted.Lines(lines, new() { Window = Span(truth) });
        People people = People.Of(activity, UserDirectory.Unread);
        ObservedAction[] deeds = [.. Truth(truth).Where(observedAction => observedAction.Who is not ("visitor" or "anonymous"))];
        Assert.That(people.AtWork.Select(row => row.Login), Is.EquivalentTo(deeds.Select(observedAction => observedAction.Who).Distinct()));

        var opened = people.AtWork.SelectMany(row =>
            row.Dashboards.Where(dashboard => dashboard.Opens > 0).Select(dashboard => $"{row.Login} {dashboard.Uid} {dashboard.Opens}"));
        var chosen = deeds.Where(observedAction =>
            observedAction.Uid is not null and not "nope" && observedAction.What is not "changes settings and saves")
                .Select(observedAction => $"{observedAction.Who} {observedAction.Uid}");
        Assert.That(opened, Is.EquivalentTo(chosen.Concat(reloaded).GroupBy(open => open).Select(open => $"{open.Key} {open.Count()}")));
        Assert.That(activity.AnonymousRequests, Is.GreaterThan(0));
        Assert.That(activity.HasRoutineLines && !activity.IsCut);
    }

    private static List<byte[]> Journal()
    {
        using var journal = new JournalDirectory();
        using var export = new MemoryStream();
        using (var packed = new GZipStream(
            File.OpenRead(RecordedLogs.Path("journal/journal-two-boots.export.gz")), CompressionMode.Decompress))
            packed.CopyTo(export);
        using (var feed = new JournalFeed(journal.PathOf("system")))
            feed.Write(export.ToArray());
        var lines = new List<byte[]>();
        LogPast past = LogSource.TryParse($"journal:{journal.Folder}/{JournalEntry.Unit}", out _)!
            .ReadSince(At("2026-01-01T00:00:00Z"), line => lines.Add(line.ToArray()));
        Assert.That(past.Problem, Is.Null);
        return lines;
    }

    private static IEnumerable<ObservedAction> Truth(string name) =>
        File.ReadLines(RecordedLogs.Path(name), Encoding.UTF8).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(deed => deed.TryGetProperty("who", out _))
            .Select(deed => new ObservedAction(
                At(deed.GetProperty("at").GetString()!),
                Logins.GetValueOrDefault(deed.GetProperty("who").GetString()!, deed.GetProperty("who").GetString()!),
                deed.GetProperty("what").GetString()!,
                deed.TryGetProperty("uid", out JsonElement uid) ? uid.GetString() : null));

    /// <summary>
    /// A deed was written down when it began, and a log-in when it had ended: the page before it was loaded some seconds earlier.
    /// </summary>
    private static Window Span(string truth) => new(
        Truth(truth).Min(observedAction => observedAction.At).AddSeconds(-5),
        Truth(truth).Max(observedAction => observedAction.At).AddSeconds(5));

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time);

    private sealed record ObservedAction(DateTimeOffset At, string Who, string What, string? Uid);
}
