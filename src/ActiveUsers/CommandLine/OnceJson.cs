using System.Text.Encodings.Web;
using System.Text.Json;
using Athena.ActiveUsers.Pulses;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.Text;

namespace Athena.ActiveUsers.CommandLine;

/// <summary>
/// A window as JSON for programs: a contract, docs/once-json.md. Times are RFC 3339 in the offset of <c>TIMEZONE</c>. Pure.
/// </summary>
internal static class OnceJson
{
    private const int Version = 1;

    /// <summary>A thousand people with two hundred dashboards each are tens of megabytes: they go out as they are written.</summary>
    private const int FlushAt = 64 * 1024;

    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="to">Where it goes while it is written.</param>
    public static void Write(
        TextWriter to,
        WindowReading reading,
        Pulse pulse,
        IReadOnlyDictionary<string, string> titles,
        TimeZoneInfo zone) => Write(to, reading.Coverage, zone, json =>
    {
        var (people, activity) = (pulse.People, reading.Activity);
        var tabs = people.TabsOnly.ToHashSet();
        json.WriteStartArray("users");
        foreach (var row in people.AtWork.Concat(people.TabsOnly).Concat(people.RenderedOnly)
            .OrderByDescending(Pulse.RequestsOf).ThenBy(row => row.Login, StringComparer.Ordinal).ThenBy(row => row.Id)
            .ThenBy(row => row.OrgId))
        {
            WriteUser(json, row, tabs.Contains(row), titles, zone);
            if (json.BytesPending >= FlushAt) json.Flush();
        }

        json.WriteEndArray();
        json.WriteStartArray("serviceAccounts");
        foreach (var row in people.ServiceAccounts)
        {
            json.WriteStartObject();
            WriteWho(json, row, row.Requests, zone);
            json.WriteBoolean("proven", !people.ProbablyServiceAccounts.Contains(row.Id));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("lockedNewcomers");
        foreach (var row in pulse.Strangers)
        {
            json.WriteStartObject();
            WriteWho(json, row, Pulse.RequestsOf(row), zone);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("anonymousRequests", activity.AnonymousRequests);
        json.WriteStartObject("totals");
        json.WriteNumber("users", pulse.Figures.Users);
        json.WriteNumber("requests", pulse.Figures.Requests);
        json.WriteEndObject();
        json.WriteStartObject("security");
        json.WriteNumber("failedLogins", activity.Security.FailedLogins);
        json.WriteNumber("lockedLogins", activity.Security.LockedLogins);
        json.WriteNumber("disabledUserAttempts", activity.Security.DisabledUserAttempts);
        json.WriteNumber("accessDenied", activity.Security.AccessDenied);
        json.WriteEndObject();
        json.WriteStartObject("latencyMs");
        WriteNumber(json, "pageP50", activity.Pages.P50);
        WriteNumber(json, "pageP95", activity.Pages.P95);
        json.WriteEndObject();
        json.WriteNumber("serverErrors", activity.Pages.ServerErrors);
        if (activity.DatabaseFailures is { } failures)
        {
            json.WriteStartObject("databaseFailures");
            json.WriteNumber("requests", failures.Requests);
            json.WriteString("first", CoverageJson.Rfc3339(failures.First, zone));
            json.WriteString("last", CoverageJson.Rfc3339(failures.Last, zone));
            json.WriteEndObject();
        }
    });

    /// <summary>Who opened one dashboard.</summary>
    public static void Write(TextWriter to, DashboardOpens opens, TimeZoneInfo zone) => Write(to, opens.Reading.Coverage, zone, json =>
    {
        json.WriteStartObject("dashboard");
        json.WriteString("uid", opens.Uid);
        json.WriteString("title", opens.Title);
        json.WriteEndObject();
        json.WriteStartArray("opens");
        foreach (var open in opens.Reading.Activity.Opens)
        {
            json.WriteStartObject();
            json.WriteString("at", CoverageJson.Rfc3339(open.At, zone));
            json.WriteNumber("id", open.Id);
            json.WriteString("login", open.Login);
            json.WriteNumber("orgId", open.OrgId);
            json.WriteEndObject();
            if (json.BytesPending >= FlushAt) json.Flush();
        }

        json.WriteEndArray();
    });

    private static void Write(TextWriter to, Coverage coverage, TimeZoneInfo zone, Action<Utf8JsonWriter> rest)
    {
        using var json = new Utf8JsonWriter(new TextWriterStream(to), Options);
        json.WriteStartObject();
        json.WriteNumber("version", Version);
        CoverageJson.Write(json, coverage, zone);
        rest(json);
        json.WriteEndObject();
    }

    private static void WriteUser(
        Utf8JsonWriter json, UserActivity row, bool isTabOnly, IReadOnlyDictionary<string, string> titles, TimeZoneInfo zone)
    {
        json.WriteStartObject();
        WriteWho(json, row, Pulse.RequestsOf(row), zone);
        json.WriteBoolean("tabOnly", isTabOnly);
        json.WriteStartArray("dashboards");
        foreach (var dashboard in row.Dashboards)
        {
            json.WriteStartObject();
            json.WriteString("uid", dashboard.Uid);
            json.WriteString("title", titles.GetValueOrDefault(dashboard.Uid));
            json.WriteNumber("opens", dashboard.Opens);
            json.WriteBoolean("onScreen", dashboard.IsOnScreen);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteWho(Utf8JsonWriter json, UserActivity row, long requests, TimeZoneInfo zone)
    {
        json.WriteNumber("id", row.Id);
        json.WriteString("login", row.Login);
        json.WriteNumber("orgId", row.OrgId);
        json.WriteNumber("requests", requests);
        json.WriteString("firstSeen", CoverageJson.Rfc3339(row.FirstSeen, zone));
        json.WriteString("lastSeen", CoverageJson.Rfc3339(row.LastSeen, zone));
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } known) json.WriteNumber(name, known);
        else json.WriteNull(name);
    }
}
