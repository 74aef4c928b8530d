using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Athena.Common.Daemon;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Grafana.Health;
using Athena.Common.Grafana.Probes;
using Athena.Common.Notify.Delivery;
using Athena.Common.Telemetry.Metrics;
using Athena.Common.Time;
using Athena.Compliance.Evidence;

namespace Athena.Compliance.CommandLine;

/// <inheritdoc/>
internal sealed class ComplianceStatus(ComplianceSite site, ComplianceSettings settings, bool isDryRun, TimeProvider time)
    : StatusReport<ComplianceSnapshot>(
        ComplianceSnapshot.Of(site, Newest(site), time.GetUtcNow()), isDryRun, notDone: "sent", nameWidth: 11, time)
{
    private WindowEvidence? last = Newest(site);

    /// <summary>The window that was decided last. By the daemon's own loop.</summary>
    public void Take(WindowEvidence evidence) => last = evidence;

    protected override string Running =>
        $"since {settings.Report.Zone.Date(StartedAt)}, {settings.Report.Zone.ClockWithZone(StartedAt)}";

    protected override ComplianceSnapshot Look() => ComplianceSnapshot.Of(site, last, Time.GetUtcNow());

    /// <summary>Hours are decided, and what is told goes out.</summary>
    protected override bool IsWellIn(ComplianceSnapshot now) =>
        now is { Problem: null, Mail: not { Waiting: > 0, LastProblem: not null } };

    /// <summary>Puts it down for the metrics. Safe from any thread.</summary>
    /// <returns>Whether all is well, and whether the disk refuses the state.</returns>
    public (bool IsWell, bool IsUnwritten) Measure(MetricBook book)
    {
        var now = Seen;
        if (now.LastEnd is { } end) book.Set(MetricTable.LastHour, DaemonFigures.Unix(end));
        book.Set(MetricTable.DueHours, now.Due);
        DaemonFigures.Take(book, site.Clock.Seen, Time.GetUtcNow());
        return (IsWellIn(now), now.Problem is not null);
    }

    protected override string Judge(ComplianceSnapshot now)
    {
        var zone = settings.Report.Zone;
        var text = new StringBuilder();
        text.Append(now.Last is { } decided
            ? $"{zone.Span(decided.Window)}, {zone.Date(decided.Window)}: {decided.Verdict}"
            : "No hour was decided yet");
        if (now.NextDue is { } due) text.Append($"; the next one is looked at at {zone.ClockWithZone(due)}, {zone.Date(due)}");
        if (now.Waiting is { } waiting)
            text.Append(
                $"; {zone.Span(waiting)} is over by our clock and not yet by Grafana's, and is waited with: compare the clocks of the "
                + $"two hosts");
        if (now.Unreached is { } why) text.Append("; waits for the log: ").Append(why);
        if (now.Silent is { } at) text.Append("; Grafana ").Append(NoAnswer(at));
        if (now.Mail.Waiting > 0)
            text.Append(CultureInfo.InvariantCulture, $"; {MailsWait(now.Mail.Waiting)}: {now.Mail.LastProblem ?? "on the way"}");
        if (now.Warnings.Count > 0)
            text.Append(CultureInfo.InvariantCulture,
                $"; {now.Warnings.Count} {(now.Warnings.Count == 1 ? "thing" : "things")} to put right, see status");
        if (now.Problem is not null) text.Append("; ").Append(now.Problem);
        return text.ToString();
    }

    protected override IEnumerable<(string Name, string Value)> Lines(ComplianceSnapshot now)
    {
        var signIn = settings.Grafana.IsAnonymous ? "no account: an hour can only be found in use or not seen" : now.SignIn;
        yield return ("Grafana", $"{settings.Grafana.Url}; {(now.Silent is { } at ? NoAnswer(at) : signIn)}");
        yield return ("Log", settings.Log.Name);
        yield return (
            "Reports",
            $"to {string.Join(", ", settings.Report.To)}; {(now.Mail.Waiting == 0 ? "nothing waits" : MailsWait(now.Mail.Waiting))}"
            + (now.Mail.Waiting > 0 && site.Outbox.Queues[0].NextDue is { } next && next > Time.GetUtcNow()
                ? $"; the next attempt is at {settings.Report.Zone.Second(next)}"
                : ""));
        if (site.Board is { } board) yield return ("Rings", board.Sentence(settings.Report.Zone.ClockWithZone));
        foreach (var line in ProgramLines.Of(settings.Webhook, settings.Tickets, site.Outbox)) yield return line;
        yield return ("On disk", now.Problem ?? "written");
        if (site.Copier is { } copier) yield return ("Copy", copier.Lag.Sentence(settings.Report.Zone.Second));
        if (site.Annotator is { } annotator) yield return ("On Grafana", annotator.Tally.Sentence);
        foreach (var warning in now.Warnings) yield return ("Put right", warning);
    }

    private string NoAnswer(DateTimeOffset at) =>
        $"did not answer at {settings.Report.Zone.Second(at)}; it is asked every {CoverageProbe.Interval.TotalMinutes:0} minutes";

    private static string MailsWait(int count) =>
        count == 1 ? "1 mail waits" : $"{count.ToString(CultureInfo.InvariantCulture)} mails wait";

    protected override JsonObject Facts(ComplianceSnapshot now) => new()
    {
        ["lastReport"] = now.Last?.Id,
        ["lastVerdict"] = now.Last?.Verdict,
        ["nextDue"] = now.NextDue,
        ["decided"] = now.Decided,
        ["mailsWaiting"] = now.Mail.Waiting,
        ["mailTrouble"] = now.Mail.LastProblem,
        ["alertmanagerTrouble"] = site.Board?.Silence?.Why,
        ["nextAttempt"] = now.Mail.Waiting > 0 ? site.Outbox.Queues[0].NextDue : null,
        ["auditCopy"] = site.Copier?.Lag.ToJson(),
        ["annotations"] = site.Annotator?.Tally.ToJson(),
        ["problem"] = now.Problem,
        ["warnings"] = new JsonArray([.. now.Warnings.Select(warning => (JsonNode)warning)]),
    };

    private static WindowEvidence? Newest(ComplianceSite site) =>
        site.State.Decided.Count > 0 ? site.Book.Find(WindowEvidence.IdOf(site.State.Decided[^1])) : null;
}

/// <summary>How the daemon was at one moment, taken down by its own loop.</summary>
internal sealed record ComplianceSnapshot(
    WindowEvidence? Last, DateTimeOffset? LastEnd, int Due, DateTimeOffset? NextDue, int Decided, OutboxSummary Mail, string SignIn,
    string? Problem, IReadOnlyList<string> Warnings, Window? Waiting)
{
    /// <summary>Why the log cannot be reached; null when it can.</summary>
    public string? Unreached { get; private init; }

    /// <summary>When Grafana was asked last, if it did not answer.</summary>
    public DateTimeOffset? Silent { get; private init; }

    public static ComplianceSnapshot Of(ComplianceSite site, WindowEvidence? last, DateTimeOffset now) => new(
        last, site.Ledger.Newest(now), site.Ledger.Due(now), site.Ledger.NextDue(now), site.State.Decided.Count,
        site.Outbox.Queues[0].Summary, site.SignIn.Sentence, site.Ledger.Problem,
        [.. site.State.WarningsTold, .. site.State.SurroundingsTold], site.Ledger.Waiting)
    {
        Unreached = site.Ledger.Unreached,
        Silent = site.State.Probes.Probes is [.., { Answer: ProbeAnswer.None } probe] ? probe.SentAt : null,
    };
}
