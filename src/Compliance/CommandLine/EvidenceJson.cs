using System.Text.Encodings.Web;
using System.Text.Json;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.Text;
using Athena.Compliance.CommandLine.Explain;
using Athena.Compliance.Evidence;
using Athena.Compliance.Policy;

namespace Athena.Compliance.CommandLine;

/// <summary>
/// A decision as JSON for programs, in the shape of grafana-active-users: a contract. Times are RFC 3339 in the offset of <c>TIMEZONE</c>.
/// Pure.
/// </summary>
internal static class EvidenceJson
{
    private const int Version = 1;

    /// <summary>A thousand people with two hundred dashboards each are tens of megabytes: they go out as they are written.</summary>
    private const int FlushAt = 64 * 1024;

    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="deliveries">What became of its mails; null where nobody asked.</param>
    public static string Write(WindowEvidence evidence, IReadOnlyList<DeliveryNote>? deliveries, TimeZoneInfo zone)
    {
        using var text = new StringWriter();
        Write(text, evidence, deliveries, zone);
        return text.ToString();
    }

    /// <summary>The same, to where it goes while it is written.</summary>
    public static void Write(TextWriter to, WindowEvidence evidence, IReadOnlyList<DeliveryNote>? deliveries, TimeZoneInfo zone)
    {
        using var json = new Utf8JsonWriter(new TextWriterStream(to), Options);
        Write(json, evidence, deliveries, zone);
    }

    public static void Write(Utf8JsonWriter json, WindowEvidence evidence, IReadOnlyList<DeliveryNote>? deliveries, TimeZoneInfo zone)
    {
        var coverage = evidence.Coverage
            ?? new Coverage(
                evidence.Window, [new Gap(evidence.Window.From, evidence.Window.To, GapCause.NoLog, "not looked at")], [], 0, 0);
        json.WriteStartObject();
        json.WriteNumber("version", Version);
        json.WriteString("report", evidence.Id);
        json.WriteString("number", ReportNumber.Of(evidence, zone));
        CoverageJson.Write(json, coverage, zone);
        json.WriteString("outcome", evidence.OutcomeWord);
        json.WriteString("reason", evidence.Finding?.Reason);
        json.WriteString("decidedAt", CoverageJson.Rfc3339(evidence.DecidedAt, zone));
        json.WriteString("decidedBy", evidence.DecidedBy);
        json.WriteBoolean("late", evidence.IsLate);
        if (evidence.Place is { } place)
            WritePlace(json, place, zone);
        if (evidence.RestoredFrom is { } backup)
            json.WriteString("restoredFrom", backup);
        json.WriteBoolean("accountShared", evidence.IsAccountShared);
        var atWork = evidence.People.ToLookup(person => person.Proof > ActivityProof.RendererOnly);
        WritePeople(json, "admins", atWork[true].Where(person => person.Role == Role.Admin), zone);
        WritePeople(json, "others", atWork[true].Where(person => person.Role == Role.User), zone);
        WritePeople(json, "strangers", evidence.As(Role.Stranger), zone);
        WritePeople(json, "tabsOnly", atWork[false].Where(person => person.Role is Role.Admin or Role.User), zone);
        WritePeople(json, "displays", evidence.As(Role.Display), zone);
        WritePeople(json, "serviceAccounts", evidence.As(Role.Machine), zone);
        WritePeople(json, "unknown", evidence.As(Role.Unknown), zone);
        WritePeople(json, "ownAccount", evidence.As(Role.Ours), zone);
        json.WriteStartObject("visitors");
        json.WriteNumber("views", evidence.Visitors?.Views ?? 0);
        json.WriteNumber("queries", evidence.Visitors?.Queries ?? 0);
        json.WriteEndObject();
        if (evidence.OwnRequests is { } own)
            json.WriteNumber("ownRequests", own);
        json.WriteStartArray("warnings");
        foreach (var warning in evidence.Warnings) json.WriteStringValue(warning);
        json.WriteEndArray();
        if (deliveries is not null) WriteMails(json, deliveries, zone);
        json.WriteEndObject();
    }

    private static void WritePlace(Utf8JsonWriter json, ReportPlace place, TimeZoneInfo zone)
    {
        json.WriteStartObject("place");
        json.WriteString("month", place.Month);
        json.WriteNumber("number", place.Number);
        json.WriteString("before", place.Before is { } before ? ReportNumber.Of(before, zone) : null);
        json.WriteEndObject();
    }

    private static void WritePeople(Utf8JsonWriter json, string name, IEnumerable<EvidencePerson> people, TimeZoneInfo zone)
    {
        json.WriteStartArray(name);
        foreach (var person in people)
        {
            json.WriteStartObject();
            json.WriteNumber("id", person.Id);
            json.WriteString("login", person.Login);
            json.WriteString("name", person.Name);
            json.WriteNumber("requests", person.Requests);
            json.WriteString("firstSeen", CoverageJson.Rfc3339(person.FirstSeen, zone));
            json.WriteString("lastSeen", CoverageJson.Rfc3339(person.LastSeen, zone));
            json.WriteString("proof", JsonNamingPolicy.KebabCaseLower.ConvertName(person.Proof.ToString()));
            if (person.Doubt is { } doubt)
                json.WriteString("doubt", JsonNamingPolicy.KebabCaseLower.ConvertName(doubt.ToString()));
            json.WriteStartArray("dashboards");
            foreach (var board in person.Dashboards)
            {
                json.WriteStartObject();
                json.WriteString("uid", board.Uid);
                json.WriteString("title", board.Title);
                json.WriteString("folder", board.Folder);
                json.WriteNumber("opens", board.Opens);
                json.WriteBoolean("onScreen", board.OnScreen);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
            if (json.BytesPending >= FlushAt) json.Flush();
        }

        json.WriteEndArray();
    }

    private static void WriteMails(Utf8JsonWriter json, IReadOnlyList<DeliveryNote> deliveries, TimeZoneInfo zone)
    {
        json.WriteStartArray("mails");
        foreach (var note in deliveries)
        {
            json.WriteStartObject();
            json.WriteString("mail", note.Mail);
            json.WriteString("to", note.Recipient);
            json.WriteString("at", CoverageJson.Rfc3339(note.At, zone));
            json.WriteString("detail", note.Words);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
