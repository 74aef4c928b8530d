using System.Globalization;
using Athena.ActiveUsers.Policy;
using Athena.ActiveUsers.Telemetry;
using Athena.Common.State.Audit;

namespace Athena.ActiveUsers.CommandLine;

/// <summary>All that the audit has of one alert.</summary>
/// <param name="Began">When it was first seen.</param>
/// <param name="Ended">Null while it is open.</param>
/// <param name="Detail">What was seen; may hold hostile text.</param>
/// <param name="Steps">From begin to end, in order.</param>
/// <param name="Beside">Other alerts that were open for a part of that time.</param>
internal sealed record Incident(
    string Number, AlertKind Kind, DateTimeOffset Began, DateTimeOffset? Ended, string Detail, IReadOnlyList<IncidentStep> Steps,
    IReadOnlyList<IncidentSpan> Beside)
{
    private const string Accepted = "accepted";

    /// <summary>When the first message of it was taken by whoever carries it; null where none was.</summary>
    public DateTimeOffset? Told => Steps.FirstOrDefault(step => step.IsTold)?.At;

    /// <summary>When somebody took it up first; null where nobody did.</summary>
    public DateTimeOffset? Acknowledged => Steps.FirstOrDefault(step => step.IsAcknowledgement)?.At;

    /// <summary>Whether a line of the audit tells something of alerts; without its facts it does not say of which.</summary>
    public static bool Tells(AuditRecord record) => record.Facts is not null
        && (record.Event is EventRecorder.BeganEvent or EventRecorder.OverEvent or EventRecorder.AcknowledgedEvent
                or EventRecorder.SilenceEvent
            || record.Case.StartsWith(OpenAlert.KeyStart, StringComparison.Ordinal));

    /// <summary>Null where there is no alert of this number among the records.</summary>
    /// <param name="records">Those of which <see cref="Tells"/> is true, in order.</param>
    public static Incident? Of(IReadOnlyList<AuditRecord> records, string number)
    {
        var spans = SpansIn(records);
        if (spans.LastOrDefault(one => string.Equals(one.Number, number, StringComparison.OrdinalIgnoreCase)) is not { } own) return null;
        var begin = records.Last(record => record.Event == EventRecorder.BeganEvent && Fact(record, "number") == own.Number);
        var key = Fact(begin, "key") + "/";
        List<IncidentStep> steps =
        [
            new(own.Began, "First seen", Fact(begin, "detail")),
            new(At(begin), "Raised", ToldBy(Fact(begin, "told"))),
            .. records.Where(record => record.Case.StartsWith(key, StringComparison.Ordinal))
                .Select(record => Delivery(record, key.Length)),
            .. records.Where(record => record.Event == EventRecorder.AcknowledgedEvent && Fact(record, "number") == own.Number)
                .Select(record => new IncidentStep(At(record), $"Acknowledged by {Fact(record, "by")}", Fact(record, "note"))
                {
                    IsAcknowledgement = true,
                }),
            .. SilencesIn(records, own),
            .. own.Ended is { } ended ? [new IncidentStep(ended, "Over", "")] : (IncidentStep[])[],
        ];
        return new Incident(
            own.Number, own.Kind, own.Began, own.Ended, Fact(begin, "detail"), [.. steps.OrderBy(step => step.At)],
            [
                .. spans.Where(other => other.Number != own.Number && !(other.Began > own.Ended) && !(own.Began > other.Ended)),
            ]);
    }

    private static List<IncidentSpan> SpansIn(IReadOnlyList<AuditRecord> records)
    {
        var ends = records.Where(record => record.Event == EventRecorder.OverEvent && Fact(record, "number").Length > 0)
            .GroupBy(record => Fact(record, "number")).ToDictionary(group => group.Key, group => Parse(Fact(group.Last(), "at")));
        return
        [
            .. records.Where(record => record.Event == EventRecorder.BeganEvent && Fact(record, "number").Length > 0)
                .Select(record => Enum.TryParse<AlertKind>(record.Case, out var kind)
                    ? new IncidentSpan(
                        Fact(record, "number"), kind, Parse(Fact(record, "since")),
                        ends.TryGetValue(Fact(record, "number"), out var end) ? end : null)
                    : null)
                .OfType<IncidentSpan>(),
        ];
    }

    /// <summary>Those that were set meanwhile, and the one that was on when it began: it says why nobody was told.</summary>
    private static IEnumerable<IncidentStep> SilencesIn(IReadOnlyList<AuditRecord> records, IncidentSpan own)
    {
        List<AuditRecord> all = [.. records.Where(record => record.Event == EventRecorder.SilenceEvent && !(At(record) > own.Ended))];
        var before = all.LastOrDefault(record => At(record) < own.Began);
        if (before is not { Verdict: "on" } || Parse(Fact(before, "until")) <= own.Began) before = null;
        return all.Where(record => At(record) >= own.Began || record == before)
            .Select(record => new IncidentStep(
                At(record),
                record.Verdict == "on"
                    ? $"Alerts silenced for {AlertText.Spoken(Parse(Fact(record, "until")) - At(record))} by {Fact(record, "by")}"
                    : $"Silence ended by {Fact(record, "by")}",
                Fact(record, "reason")));
    }

    private static IncidentStep Delivery(AuditRecord record, int keyLength)
    {
        var what = record.Case[keyLength..] switch
        {
            "began" => "the alert",
            "over" => "the all-clear",
            _ => "the acknowledgement",
        };
        var isAccepted = record.Verdict.StartsWith(Accepted, StringComparison.Ordinal);
        return new IncidentStep(At(record), $"{Way(record)}, {what}: {record.Verdict}", Fact(record, "detail"))
        {
            IsTold = isAccepted && what == "the alert",
        };
    }

    private static string Way(AuditRecord record) => (record.Event, Fact(record, "to")) switch
    {
        (EventRecorder.MailEvent, var to) => $"Mail to {to}",
        (EventRecorder.WebhookEvent, _) => "Webhook",
        (EventRecorder.TicketEvent, var to) => $"Ticket mail to {to}",
        _ => "Chat",
    };

    private static string ToldBy(string told) => told switch
    {
        EventRecorder.ToldDirectly => "to be told",
        EventRecorder.ToldBoth => "to be told; Alertmanager rings as well",
        EventRecorder.ToldByAlertmanager => "Alertmanager rings",
        _ => "told to nobody: alerts were silenced",
    };

    private static string Fact(AuditRecord record, string name) => record.Facts!.GetValueOrDefault(name, "");

    private static DateTimeOffset At(AuditRecord record) => Parse(record.At);

    private static DateTimeOffset Parse(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);
}

/// <summary>Something that happened meanwhile.</summary>
/// <param name="What">May hold hostile text.</param>
/// <param name="Detail">May hold hostile text; empty for none.</param>
internal sealed record IncidentStep(DateTimeOffset At, string What, string Detail)
{
    /// <summary>A message that tells of the alert was taken.</summary>
    public bool IsTold { get; init; }

    public bool IsAcknowledgement { get; init; }
}

/// <summary>An alert from begin to end.</summary>
/// <param name="Ended">Null while it is open.</param>
internal sealed record IncidentSpan(string Number, AlertKind Kind, DateTimeOffset Began, DateTimeOffset? Ended);
