using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Athena.Common.Daemon;
using Athena.Common.Daemon.Control;
using Athena.Common.Notify.Delivery;
using Athena.Common.Settings;
using Athena.Common.Telemetry.Metrics;
using Athena.Common.Text;
using Athena.Common.Time;
using Athena.Compliance.Evidence;

namespace Athena.Compliance.CommandLine;

/// <summary>How the daemon is: one sentence for systemd, and the answer to <c>status</c>, which is asked for from other threads.</summary>
internal sealed class StatusReport
{
    private readonly ComplianceSite site;
    private readonly ComplianceSettings settings;
    private readonly bool isDryRun;
    private readonly TimeProvider time;
    private readonly DateTimeOffset startedAt;
    private WindowEvidence? last;
    private volatile Snapshot seen;

    public StatusReport(ComplianceSite site, ComplianceSettings settings, bool isDryRun, TimeProvider time)
    {
        (this.site, this.settings, this.isDryRun, this.time, startedAt) = (site, settings, isDryRun, time, time.GetUtcNow());
        if (site.State.Decided.Count > 0) last = site.Book.Find(WindowEvidence.IdOf(site.State.Decided[^1]));
        seen = Look();
    }

    /// <summary>The window that was decided last. By the daemon's own loop.</summary>
    public void Take(WindowEvidence evidence) => last = evidence;

    /// <summary>Takes down how it is now. To be called by the daemon's own loop, on each round.</summary>
    public void Refresh() => seen = Look();

    /// <summary>Hours are decided, and what is told goes out.</summary>
    public bool IsAtWork => IsWell(seen);

    public string Sentence()
    {
        var now = seen;
        var zone = settings.Report.Zone;
        var text = new StringBuilder(isDryRun ? "DRY RUN, nothing is sent. " : "");
        text.Append(now.Last is { } decided
            ? $"{zone.Span(decided.Window)}, {zone.Date(decided.Window)}: {decided.Verdict}"
            : "No hour was decided yet");
        if (now.NextDue is { } due) text.Append($"; the next one is looked at at {zone.ClockWithZone(due)}, {zone.Date(due)}");
        if (now.Waiting is { } waiting)
            text.Append(
                $"; {zone.Span(waiting)} is over by our clock and not yet by Grafana's, and is waited with: compare the clocks of the "
                + $"two hosts");
        if (now.Mail.Waiting > 0)
            text.Append(CultureInfo.InvariantCulture, $"; {MailsWait(now.Mail.Waiting)}: {now.Mail.LastProblem ?? "on the way"}");
        if (now.Warnings.Count > 0)
            text.Append(CultureInfo.InvariantCulture,
                $"; {now.Warnings.Count} {(now.Warnings.Count == 1 ? "thing" : "things")} to put right, see status");
        if (now.Problem is not null) text.Append("; ").Append(now.Problem);
        return text.ToString();
    }

    /// <summary>Puts it down for the metrics. Safe from any thread.</summary>
    /// <returns>Whether all is well, and whether the disk refuses the state.</returns>
    public (bool IsWell, bool IsUnwritten) Measure(MetricBook book)
    {
        var now = seen;
        if (now.LastEnd is { } end) book.Set(MetricTable.LastHour, DaemonFigures.Unix(end));
        book.Set(MetricTable.DueHours, now.Due);
        return (IsWell(now), now.Problem is not null);
    }

    /// <summary>The answer to <c>status</c>: exit code 1 while something is wrong.</summary>
    public ControlReply Write()
    {
        var now = seen;
        return new ControlReply(IsWell(now) ? ExitCode.Ok : ExitCode.Fault, ToText(now), ToJson(now));
    }

    private static bool IsWell(Snapshot now) => now.Problem is null && now.Mail is not { Waiting: > 0, LastProblem: not null };

    private string ToText(Snapshot now)
    {
        var text = new StringBuilder();
        Line("State", Sentence());
        Line("Running",
            $"since {settings.Report.Zone.Date(startedAt)}, {settings.Report.Zone.ClockWithZone(startedAt)}, version "
            + $"{WorkerIdentity.ShortVersion}, {WorkerIdentity.Runtime}");
        var signIn = settings.Grafana.IsAnonymous ? "no account: an hour can only be found in use or not seen" : now.SignIn;
        Line("Grafana", $"{settings.Grafana.Url}; {signIn}");
        Line("Log", settings.Log.Name);
        Line("Reports",
            $"to {string.Join(", ", settings.Report.To)}; {(now.Mail.Waiting == 0 ? "nothing waits" : MailsWait(now.Mail.Waiting))}"
            + (now.Mail.Waiting > 0 && site.Outbox.Queues[0].NextDue is { } next && next > time.GetUtcNow()
                ? $"; the next attempt is at {settings.Report.Zone.Second(next)}"
                : ""));
        Line("On disk", now.Problem ?? "written");
        foreach (var warning in now.Warnings) Line("Put right", warning);
        return text.ToString();

        void Line(string name, string value) => text.Append(name.PadRight(11)).Append(VisibleText.Escape(value)).Append('\n');
    }

    private static string MailsWait(int count) =>
        count == 1 ? "1 mail waits" : $"{count.ToString(CultureInfo.InvariantCulture)} mails wait";

    private string ToJson(Snapshot now) => new JsonObject
    {
        ["running"] = true,
        ["state"] = Sentence(),
        ["version"] = WorkerIdentity.Version,
        ["dryRun"] = isDryRun,
        ["lastReport"] = now.Last?.Id,
        ["lastVerdict"] = now.Last?.Verdict,
        ["nextDue"] = now.NextDue,
        ["decided"] = now.Decided,
        ["mailsWaiting"] = now.Mail.Waiting,
        ["mailTrouble"] = now.Mail.LastProblem,
        ["nextAttempt"] = now.Mail.Waiting > 0 ? site.Outbox.Queues[0].NextDue : null,
        ["problem"] = now.Problem,
        ["warnings"] = new JsonArray([.. now.Warnings.Select(warning => (JsonNode)warning)]),
    }.ToText();

    private Snapshot Look() => Look(time.GetUtcNow());

    private Snapshot Look(DateTimeOffset now) => new(
        last, site.Ledger.Newest(now), site.Ledger.Due(now), site.Ledger.NextDue(now), site.State.Decided.Count,
        site.Outbox.Queues[0].Summary, site.SignIn.Sentence, site.Ledger.Problem,
        [.. site.State.WarningsTold, .. site.State.SurroundingsTold], site.Ledger.Waiting);

    private sealed record Snapshot(
        WindowEvidence? Last, DateTimeOffset? LastEnd, int Due, DateTimeOffset? NextDue, int Decided, OutboxSummary Mail, string SignIn,
        string? Problem, IReadOnlyList<string> Warnings, Window? Waiting);
}
