using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.Notify.Documents;
using Athena.Common.State.Audit;
using Athena.Common.Time;
using Athena.Compliance.Evidence;
using Athena.Compliance.Notify.Mails;
using Athena.Compliance.Policy;
using Athena.Compliance.Summaries;

namespace Athena.Compliance.Tests.Mails;

/// <summary>An hour of 20 November 2026 with the people of a hospital in it.</summary>
internal static class Some
{
    public const string Markup =
        "</td></tr></table><script>alert(1)</script><img src=x onerror=alert(1)> https://evil.example/login \u202Egnp";

    private static readonly DateTimeOffset Ten = new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero);

    public static Window Hour => new(Ten.AddHours(-1), Ten);

    public static ReportOptions Options { get; } = new(
        ["lead@first2lead.example"], ["ops@example.org"], ["ops@example.org"],
        "Athena is meant for the wards. As agreed on 3 September 2026 you get this report for each hour in which only administrators "
        + "used it.",
        ReportsNobody: true,
        new Brand("Athena", "Digital-On Tech", new Uri("https://support.example.org/athena"), "support@example.org")
        {
            SiteOwner = "Clinic South",
        },
        new ZoneText(TimeZoneInfo.FindSystemTimeZoneById("Africa/Johannesburg")));

    public static EvidencePerson Lindiwe => Person(
        1, "admin", "Lindiwe Khumalo", Role.Admin, ActivityProof.OpenedDashboard, 214, 2, 58, 0xE1B) with
    {
        Dashboards =
        [
            new EvidenceDashboard("ward-occupancy", "Ward occupancy", "Wards", 6, true),
            new EvidenceDashboard(
                "hl7-errors", "HL7 interface errors by sending system, last 24 hours", "Integration / Interfaces", 2, true),
            new EvidenceDashboard("cg4x9hebloef4f", null, null, 1, false),
        ],
    };

    public static EvidencePerson Johan => Person(
        4, "johan.botha@example.org", "Johan Botha", Role.Admin, ActivityProof.Queried, 37, 31, 44, 0x0C0) with
    {
        Dashboards =
        [
            new EvidenceDashboard("ward-occupancy", "Ward occupancy", "Wards", 0, true),
            new EvidenceDashboard("icu-beds", "ICU beds", "Wards", 0, true),
        ],
    };

    public static EvidencePerson Idle => Person(9, "thabo.admin", "Thabo Mokoena", Role.Admin, ActivityProof.TabOnly, 12, 0, 59, 0);

    public static EvidencePerson Naledi =>
        Person(7, "naledi@example.org", "Naledi Dlamini", Role.User, ActivityProof.OpenedDashboard, 55, 5, 40, 0xFF);

    public static EvidencePerson NalediAway => Naledi with { Proof = ActivityProof.TabOnly, Marks = 0, Requests = 6 };

    public static EvidencePerson Stranger =>
        Person(41, "stranger@evil.example", "Mallory Stranger", Role.Stranger, ActivityProof.Other, 3, 20, 20, 0x10);

    public static EvidencePerson Display =>
        Person(12, "wall-3", "Screen in ward 3", Role.Display, ActivityProof.Queried, 720, 0, 59, 0xFFF);

    public static EvidencePerson Machine => Person(30, "sa-1-backup", "backup", Role.Machine, ActivityProof.Other, 4, 10, 50, 0);

    public static EvidencePerson Unknown => Person(99, "gone@example.org", null, Role.Unknown, ActivityProof.Queried, 18, 14, 22, 0x1C);

    public static EvidencePerson Hostile => Lindiwe with
    {
        Id = 6,
        Login = "x userId=1 uname=admin msg=\"Request Completed\"",
        Name = Markup,
        Dashboards =
        [
            new EvidenceDashboard("h1", Markup, "javascript:alert(1)", 3, false),
            new EvidenceDashboard("h2", "Beds\r\nBcc: boss@evil.example", "<b>Wards</b>", 2, false),
            new EvidenceDashboard("h3", "山田太郎 病棟 ベッド占有率 " + new string('W', 300), "<a href=//evil.example>x</a>", 1, false),
            new EvidenceDashboard("<svg/onload=alert(1)>", null, "call 0800123456789", 1, false),
        ],
    };

    public static Gap Dropped => new(Ten.AddMinutes(-48), Ten.AddMinutes(-44), GapCause.Dropped, "journald dropped 112 lines");

    public static WindowEvidence OnlyAdmins(params EvidencePerson[] people) => new(
        Hour, Ten.AddSeconds(21), false,
        new Finding(Outcome.OnlyAdmins, "2 administrators at work and nobody else, everything could be seen"),
        new Coverage(Hour, [], [], 8412, 0),
        people.Length > 0 ? people : [Lindiwe, Johan, Idle, Naledi with { Proof = ActivityProof.TabOnly }, Stranger, Display, Machine],
        [], "file:/var/log/grafana/grafana.log", "12.3.1",
        new AuditAnchor(5120, "9f2c4b7de01a6c35f8e2d94b7a01c6e3985d7f20b4c1a6e8d3f5027b9c4e1a68"))
    {
        Probes = new ProbeTally(12, 0),
        DecidedBy = "0.1.0",
        Place = new ReportPlace("2026-11", 17, Ten.AddHours(-18)),
    };

    public static WindowEvidence InPart(params Gap[] gaps) => OnlyAdmins(Lindiwe, Johan) with
    {
        Finding = new Finding(Outcome.OnlyAdminsInPart,
            "2 administrators at work and nobody else in what could be seen; not seen: journald dropped 112 lines"),
        Coverage = new Coverage(Hour, gaps.Length > 0 ? gaps : [Dropped], ["the time zone of the log changed"], 8300, 3),
        Probes = new ProbeTally(11, 1),
    };

    public static WindowEvidence Nobody =>
        OnlyAdmins(Display) with { Finding = new Finding(Outcome.Nobody, "nobody at work, everything could be seen") };

    public static WindowEvidence NotSeen => OnlyAdmins(Lindiwe, Stranger) with
    {
        Place = null,
        Finding = new Finding(Outcome.NotSeen, "router_logging is off, so dashboards and most requests are not written"),
        Coverage = new Coverage(
            Hour,
            [
                new Gap(Hour.From, Hour.To, GapCause.RouterLoggingOff,
                    "router_logging is off, so dashboards and most requests are not written"),
                Dropped,
            ],
            [],
            96,
            0),
        Warnings = ["id 4 of ADMIN_USER_IDS is no server admin in Grafana"],
    };

    public static WindowEvidence NotSeenUnknown => OnlyAdmins(Lindiwe, Unknown) with
    {
        Place = null,
        Finding = new Finding(
            Outcome.NotSeen, "1 account in the log could not be told: in neither list of Grafana's, probably deleted since"),
    };

    public static WindowEvidence Late(WindowEvidence evidence) =>
        evidence with { IsLate = true, DecidedAt = Ten.AddHours(5).AddMinutes(3) };

    /// <summary>Each state, early and late, over so many days.</summary>
    public static Summary Summary(DateOnly from, int days)
    {
        var hours = Enumerable.Range(6, 13).ToList();
        return new Summary(
            hours,
            [.. Enumerable.Range(0, days).Select(day => new SummaryDay(from.AddDays(day), [.. hours.Select(hour => Cell(day, hour))]))],
            new DateTimeOffset(from.AddDays(days), new TimeOnly(4, 0), TimeSpan.Zero), Head)
        {
            Reports = Reports(from, days),
            Missing = days > 4 ? [new ReportPlace($"{from:yyyy-MM}", MissingNumber, null)] : [],
        };
    }

    private const int MissingNumber = 12;

    /// <summary>The newest entry of the audit when a summary was made.</summary>
    public static AuditAnchor Head { get; } = new(5301, "77ab4b7de01a6c35f8e2d94b7a01c6e3985d7f20b4c1a6e8d3f5027b9c4e1a68");

    /// <summary>One of them was made when its hour was not yet over, and one is missing.</summary>
    private static List<SummaryReport> Reports(DateOnly from, int days)
    {
        List<SummaryReport> reports = [];
        var (place, month) = (0, from.Month);
        foreach (var (day, hour) in
            from day in Enumerable.Range(0, days)
            from hour in Enumerable.Range(6, 13)
            select (day, hour))
        {
            var (date, state) = (from.AddDays(day), Cell(day, hour).State);
            if (state is not (HourState.OnlyAdmins or HourState.OnlyAdminsInPart or HourState.Nobody or HourState.NoRecord))
                continue;
            if (date.Month != month)
                (place, month) = (0, date.Month);
            var number = $"AC-{date:yyyy-MM-dd}T{hour - 1:00}00+0200";
            if (day == 6 && hour == 7)
                reports.Add(new SummaryReport(date, number, state, ++place, IsVoid: true));
            place++;
            if (state != HourState.NoRecord)
                reports.Add(new SummaryReport(date, number, state, place, IsVoid: false));
        }

        return reports;
    }

    private static HourCell Cell(int day, int hour) => (day, hour) switch
    {
        (0, < 9) => new HourCell(HourState.NotDue),
        (1, 9) => new HourCell(HourState.OnlyAdminsInPart),
        (2, 11 or 12) => new HourCell(HourState.NotSeen),
        (3, 8) => new HourCell(HourState.NotLookedAt, true),
        (3, 9) => new HourCell(HourState.OnlyAdmins, true),
        (3, 10) => new HourCell(HourState.InUse, true),
        (3, 11) => new HourCell(HourState.NotSeen, true),
        (4, 14) => new HourCell(HourState.NoRecord),
        (_, 6) or (2, 18) => new HourCell(HourState.Nobody),
        (_, 7) or (5 or 6, 13) => new HourCell(HourState.OnlyAdmins),
        _ => new HourCell(HourState.InUse),
    };

    private static EvidencePerson Person(
        long id, string login, string? name, Role role, ActivityProof proof, long requests, int first, int last, ulong marks) =>
        new(id, login, name, role, proof, requests, Hour.From.AddMinutes(first), Hour.From.AddMinutes(last), [], marks);
}
