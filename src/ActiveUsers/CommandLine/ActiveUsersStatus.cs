using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Athena.ActiveUsers.Policy;
using Athena.ActiveUsers.Pulses;
using Athena.Common.Daemon;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Grafana.Health;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Notify.Delivery;
using Athena.Common.Telemetry.Metrics;

namespace Athena.ActiveUsers.CommandLine;

/// <inheritdoc/>
internal sealed class ActiveUsersStatus(ActiveUsersSite site, ActiveUsersSettings settings, bool isDryRun, TimeProvider time)
    : StatusReport<ActiveUsersSnapshot>(ActiveUsersSnapshot.Of(site), isDryRun, notDone: "sent", nameWidth: 11, time)
{
    private static readonly AlertKind[] Kinds = Enum.GetValues<AlertKind>();

    /// <summary>It tells the chat what is to be told. That Grafana is down is nothing that it fails at.</summary>
    public bool IsAtWork => Seen is { Trouble: null, SaveProblem: null };

    protected override string Running => $"for {AlertText.Spoken(Time.GetUtcNow() - StartedAt)}";

    protected override ActiveUsersSnapshot Look() => ActiveUsersSnapshot.Of(site);

    protected override bool IsWellIn(ActiveUsersSnapshot now) =>
        IsAtWork && now.Alerts.Count == 0 && NotWell(now) is null && Mail is not { Waiting: > 0, LastProblem: not null };

    /// <summary>Puts it down for the metrics. Safe from any thread.</summary>
    /// <returns>Whether all is well, and whether the disk refuses the state.</returns>
    public (bool IsWell, bool IsUnwritten) Measure(MetricBook book)
    {
        var now = Seen;
        if (now.Look is { } look) book.Set(MetricTable.GrafanaUp, look.Verdict == HealthVerdict.Up ? 1 : 0);
        if (site.Parts.Glance.Recent is { } recent) site.Counters.Look(recent);
        if (site.Parts.Glance.IsEchoSeen is { } isEchoSeen) book.Set(MetricTable.LogEchoSeen, isEchoSeen ? 1 : 0);
        else book.Clear(MetricTable.LogEchoSeen);
        site.Figures?.Measure(book);
        DaemonFigures.Take(book, site.Parts.Glance.Clock, Time.GetUtcNow());
        if (site.DataSources?.Look is { } sources) site.Counters.Look(sources);
        if (site.Backups?.Look is { } backup) site.Counters.Look(backup, Time.GetUtcNow());
        foreach (var kind in Kinds)
            book.Set(MetricTable.Alerts, now.Alerts.Any(alert => alert.Kind == kind) ? 1 : 0, MetricWord.Of(kind));
        book.Set(MetricTable.AlertsOpen, now.Alerts.Count);
        book.Set(MetricTable.AlertsAcknowledged, now.Alerts.Count(alert => alert.Acknowledged is not null));
        return (IsWellIn(now), now.SaveProblem is not null);
    }

    protected override string Judge(ActiveUsersSnapshot now)
    {
        var text = new StringBuilder();
        foreach (var alert in now.Alerts)
            text.Append(CultureInfo.InvariantCulture,
                $"{AlertText.Words(alert.Kind).Title} since {settings.Wording.Clock.ClockWithZone(alert.Since)}. ");
        if (NotWell(now) is { } health && !now.Alerts.Any(alert => alert.Kind is AlertKind.GrafanaDown or AlertKind.DatabaseDown))
            text.Append(health).Append(health.EndsWith('?') ? " " : ". ");
        text.Append(now.Figures ?? (now.HandledTo > StartedAt ? "The last window was not seen" : "No window has ended yet"));
        text.Append(CultureInfo.InvariantCulture, $"; next pulse after {settings.Wording.Clock.ClockWithZone(now.NextEnd)}");
        if (now.Waiting > 0) text.Append(CultureInfo.InvariantCulture, $"; {Messages(now.Waiting)} not sent: {WhyWaiting(now)}");
        if (MailWaits is { } mails) text.Append("; ").Append(mails);
        if (now.SaveProblem is not null) text.Append("; NO PULSE IS SENT, because the state cannot be written: see status");
        return text.ToString();
    }

    protected override IEnumerable<(string Name, string Value)> Lines(ActiveUsersSnapshot now)
    {
        var at = Time.GetUtcNow();
        var state = NotWell(now) ?? (now.Version is null ? now.SignIn : $"version {now.Version}; {now.SignIn}");
        yield return ("Grafana", $"{settings.Grafana.Url}; {state}");
        if (site.DataSources is { } sources)
            yield return (
                "Data", sources.Look is { } seen
                    ? $"data sources: {seen.Sentence}, looked at {settings.Wording.Clock.ClockWithZone(seen.At)}"
                    : "data sources not looked at yet");
        if (site.Backups is { } backups)
            yield return ("Backups", $"{settings.Backups!.Pattern}: {backups.Look?.Sentence ?? "not looked at yet"}");
        yield return ("Log", settings.Log.Name);
        if (settings.IsAccessKept) yield return ("Access", "who does what is kept (ACCESS_AUDIT=yes)");
        var waiting = now.Waiting == 0 ? "nothing waits" : $"waiting: {Messages(now.Waiting)}, {WhyWaiting(now)}";
        var again = now.NextAttempt is { } next && now.Waiting > 0 && next > at
            ? $"; the next attempt is at {settings.Wording.Clock.Second(next)}"
            : "";
        yield return ("Chat", $"{settings.Telegram}; {now.Trouble ?? waiting}{again}");
        if (settings.AlertMail is { } mail)
            yield return ("Mail", $"to {string.Join(", ", mail.To)}; {MailWaits ?? "nothing waits"}");
        if (site.Board is { } board) yield return ("Rings", board.Sentence(settings.Wording.Clock.ClockWithZone));
        foreach (var line in ProgramLines.Of(settings.Webhook, settings.Tickets, site.Outbox)) yield return line;
        if (now.Silence is { } silence)
            yield return ("Silence", $"until {settings.Wording.Clock.ClockWithZone(silence.Until)}, by {silence.By}: {silence.Reason}");
        yield return ("On disk", now.SaveProblem ?? "written");
        if (site.Copier is { } copier) yield return ("Copy", copier.Lag.Sentence(settings.Wording.Clock.Second));
        if (site.Annotator is { } annotator) yield return ("On Grafana", annotator.Tally.Sentence);
        foreach (var alert in now.Alerts)
            yield return (
                "ALERT", $"{AlertText.Words(alert.Kind).Title}, since {settings.Wording.Clock.ClockWithZone(alert.Since)}: {alert.Detail}"
                    + Known(alert));
    }

    private string Known(OpenAlert alert) => (alert.Number, alert.Acknowledged) switch
    {
        (null, _) => "",
        ({ } number, null) => $" ({number})",
        ({ } number, { } by) => $" ({number}, acknowledged by {by.By} at {settings.Wording.Clock.ClockWithZone(by.At)}: {by.Note})",
    };

    /// <summary>By the last look, a minute ago at most; null when all was well, or nobody has looked yet.</summary>
    private string? NotWell(ActiveUsersSnapshot now) => now.Look switch
    {
        null or { Verdict: HealthVerdict.Up } => null,
        { Verdict: HealthVerdict.NotAnswering } look => $"Grafana does not answer, {At(look)}: {look.Detail.TrimEnd('.')}",
        { Verdict: HealthVerdict.DatabaseFailing } look =>
            $"Grafana's database does not answer, {At(look)}: {look.Detail.TrimEnd('.')}",
    };

    private string At(HealthLook look) => $"looked at {settings.Wording.Clock.ClockWithZone(look.At)}";

    /// <summary>Null where no alert goes by mail.</summary>
    private OutboxSummary? Mail => site.Outbox.QueueOf(MailChannel.ChannelName)?.Summary;

    private string? MailWaits => Mail is { Waiting: > 0 and var waiting, LastProblem: var problem }
        ? string.Create(
            CultureInfo.InvariantCulture, $"{waiting} alert{(waiting == 1 ? "" : "s")} not mailed yet: {problem ?? "on the way"}")
        : null;

    private static string Messages(int count) => count == 1 ? "1 message" : $"{count} messages";

    /// <summary>A pulse is not sent while the state cannot be written: after a crash it could be sent again.</summary>
    private static string WhyWaiting(ActiveUsersSnapshot now) =>
        now.Trouble
            ?? (now.SaveProblem is null ? "on the way" : "no pulse is sent while the state cannot be written, make room on the disk");

    protected override JsonObject Facts(ActiveUsersSnapshot now) => new()
    {
        ["handledTo"] = now.HandledTo,
        ["grafanaVersion"] = now.Version,
        ["grafanaUp"] = now.Look is { } look ? look.Verdict == HealthVerdict.Up : null,
        ["dataSourcesFailing"] = site.DataSources?.Look?.All.Count(one => one.IsConfirmed),
        ["backupAt"] = site.Backups?.Look?.Newest?.WrittenAt,
        ["backupBytes"] = site.Backups?.Look?.Newest?.Bytes,
        ["backupTrouble"] = site.Backups?.Problem is { Length: > 0 } trouble ? trouble : null,
        ["messagesWaiting"] = now.Waiting,
        ["chatTrouble"] = now.Trouble,
        ["nextAttempt"] = now.NextAttempt,
        ["mailsWaiting"] = Mail?.Waiting,
        ["mailTrouble"] = Mail is { Waiting: > 0 } held ? held.LastProblem : null,
        ["alertmanagerTrouble"] = site.Board?.Silence?.Why,
        ["auditCopy"] = site.Copier?.Lag.ToJson(),
        ["annotations"] = site.Annotator?.Tally.ToJson(),
        ["silencedUntil"] = now.Silence?.Until,
        ["alerts"] = new JsonArray(
        [
            .. now.Alerts.Select(alert => new JsonObject
            {
                ["kind"] = alert.Kind.ToString(),
                ["number"] = alert.Number,
                ["since"] = alert.Since,
                ["detail"] = alert.Detail,
                ["acknowledgedBy"] = alert.Acknowledged?.By,
                ["acknowledgedAt"] = alert.Acknowledged?.At,
                ["note"] = alert.Acknowledged?.Note,
            }),
        ]),
    };
}

/// <summary>How the daemon was at one moment, taken down by its own loop.</summary>
internal sealed record ActiveUsersSnapshot(
    DateTimeOffset? HandledTo,
    DateTimeOffset NextEnd,
    string? Figures,
    string? Version,
    string SignIn,
    HealthLook? Look,
    int Waiting,
    string? Trouble,
    DateTimeOffset? NextAttempt,
    Silence? Silence,
    string? SaveProblem,
    IReadOnlyList<OpenAlert> Alerts)
{
    public static ActiveUsersSnapshot Of(ActiveUsersSite site)
    {
        var state = site.Memory.State;
        return new ActiveUsersSnapshot(
            state.HandledTo, site.Parts.Cycle.NextEnd,
            state.Before?.Sentence,
            state.Alerts.Grafana.Version, site.SignIn.Sentence, site.Parts.Glance.Look,
            state.Waiting, state.Trouble, state.NotBefore,
            state.Silence,
            site.Memory.SaveProblem, [.. state.Alerts.Open]);
    }
}
