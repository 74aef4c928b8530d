using System.Globalization;
using Athena.Common.Notify.Delivery;
using Athena.Common.State.Audit;
using Athena.Common.State.Backups;
using Athena.Common.Time;
using Athena.Compliance.Evidence;
using Athena.Compliance.State;

namespace Athena.Compliance.Hourly;

/// <summary>
/// Of what the daemon's memory consists, and what it means that it is older than it should be: hours that ended between the backup and the
/// restore may have been decided and reported, or not. They are decided again and every mail about one says so: an hour that is passed over
/// in silence cannot be made good, one that is told twice and says so can.
/// </summary>
internal static class ComplianceRestore
{
    /// <summary>Evidence is written after the mail is in the outbox.</summary>
    public static BackupContents Parts { get; } = new([], [EvidenceStore.FolderName, .. ChannelRoute.Folders]);

    public static void Adopt(RestoredBackup memory)
    {
        List<AuditedDecision> audited = [];
        foreach (var record in AuditReader.Read(memory.Audit))
        {
            if (AuditedDecision.Of(record) is { } decision) audited.Add(decision);
            else if (record.Event == HourProcessor.VoidEvent) audited.RemoveAll(decided => WindowEvidence.IdOf(decided.End) == record.Case);
        }

        var state = memory.Adopt(ComplianceState.In(memory.Directory), state =>
            Adopt(state, audited, new RestoredFrom(memory.BackupAt, memory.RestoredAt)));

        var last = state.Decided.Append(state.Since).Max();
        memory.Hold(state.Decided.Count == 0
            ? "no hour decided yet"
            : FormattableString.Invariant(
                $"{state.Decided.Count} hours decided ({ComplianceState.MostEnds} at most are kept here), the newest until ")
                + memory.Clock.Minute(last));
        memory.Say(
            $"Which hours were reported after {memory.Clock.Minute(last)}. Those that ended since, as far as LOOK_BACK "
            + "reaches, are decided again from the log when the daemon starts. "
                + "Each mail about one says \"perhaps again\" and why; the audit says \"after a restore\". Older ones are recorded as not "
                + "looked at.");
        memory.Say(
            "Tell First2Lead that reports of these hours may come twice with the same number. To leave hours out altogether that you know "
            + "were reported: set REPORT_SINCE to the first one that was not.");
        RestoredMails.MarkWaiting(memory);
    }

    /// <summary>The state alone.</summary>
    /// <param name="audited">
    /// What the audit tells as decided, in its order. It is, whether or not the state knew it yet: the mail was in the outbox before.
    /// </param>
    internal static void Adopt(ComplianceState state, IReadOnlyList<AuditedDecision> audited, RestoredFrom restored)
    {
        var known = state.Decided.Append(state.Since).Max();
        var news = audited.Where(decided => decided.End > known && decided.End != state.Open?.Window.To).ToList();
        state.Decided.AddRange(news.Select(decided => decided.End).Distinct().Order());
        foreach (var report in news)
        {
            if (ReportPlace.Of(report.Verdict) is { } place && report.Window is { } window)
                state.Reports = state.Reports?.With(place, window.From);
        }

        state.Restored = restored;
        if (state.Open is { } open) state.Open = open with { RestoredFrom = restored.BackupAt };
    }
}

/// <summary>A decision as the audit tells of it.</summary>
/// <param name="End">Of its window.</param>
/// <param name="Verdict">See <see cref="WindowEvidence.Verdict"/>.</param>
/// <param name="Window">The whole window, or all those that are recorded as one; null when the facts are no longer kept.</param>
internal sealed record AuditedDecision(DateTimeOffset End, string Verdict, Window? Window)
{
    /// <summary>Null for what is no record of a decision.</summary>
    public static AuditedDecision? Of(AuditRecord record) =>
        record.Event == HourProcessor.DecidedEvent ? Of(record.Case, record.Verdict, record.Facts) : null;

    /// <summary>Null when the case is no window.</summary>
    public static AuditedDecision? Of(string @case, string verdict, IReadOnlyDictionary<string, string>? facts) =>
        WindowEvidence.EndOf(@case) is { } end
            ? new AuditedDecision(
                end,
                verdict,
                facts?.GetValueOrDefault("window")?.Split('/') is [var from, var to] && Time(from) is { } begin && Time(to) is { } until
                    ? new Window(begin, until)
                    : null)
            : null;

    private static DateTimeOffset? Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
}
