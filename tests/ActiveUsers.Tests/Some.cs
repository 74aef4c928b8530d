using Athena.ActiveUsers.Notify;
using Athena.ActiveUsers.Pulses;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Health;
using Athena.Common.Grafana.Identities;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Notify.Documents;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.ActiveUsers.Tests;

/// <summary>Small builders of what a pulse is made from.</summary>
internal static class Some
{
    public static TimeZoneInfo Zone { get; } = TimeZoneInfo.FindSystemTimeZoneById("Africa/Johannesburg");

    /// <summary>06:00 in Johannesburg.</summary>
    public static DateTimeOffset Six { get; } = new(2026, 11, 21, 4, 0, 0, TimeSpan.Zero);

    public static Window Quarter { get; } = new(Six, Six.AddMinutes(15));

    public static PulseWording Wording { get; } = new("Athena", Zone, TimeSpan.FromMinutes(15), NameStyle.Login);

    public static AlertMailOptions AlertMail { get; } = new(
        new SmtpSettings("mail.hospital.example", EmailAddress.Parse("grafana@hospital.example")), ["ops@hospital.example"],
        Severity.Critical, new Brand("Athena", "Digital-On Tech", null, null), "grafana1");

    public static HealthLook Up { get; } = new(Six.AddMinutes(15), HealthVerdict.Up, "12.3.0", "");

    public static UserActivity User(
        long id,
        string login,
        long requests,
        long org = 1,
        ActivityProof proof = ActivityProof.Other,
        long rendered = 0,
        params (string Uid, long Opens)[] dashboards) => new(
        id, login, org, requests, rendered, Six.AddMinutes(1), Six.AddMinutes(14),
        dashboards.Length > 0 ? ActivityProof.OpenedDashboard : proof,
        [
            .. dashboards.Select(dashboard =>
                new DashboardActivity(dashboard.Uid, dashboard.Opens, dashboard.Opens == 0, Six.AddMinutes(1), Six.AddMinutes(9))),
        ], 1);

    public static Activity Activity(params UserActivity[] users) => new(
        users, 0, new SecurityTally(0, 0, 0, 0, 0, 0), new PageTally(0, 0, 0, null, null), [], [])
    {
        HasRoutineLines = true,
    };

    public static Coverage Coverage(params Gap[] gaps) => new Coverage(Quarter, [], [], 1_000, 0).With(gaps);

    public static Gap Gap(int fromMinute, int toMinute, string why, GapCause cause = GapCause.BeginsLater) =>
        new(Six.AddMinutes(fromMinute), Six.AddMinutes(toMinute), cause, why);

    public static UserDirectory UserDirectory(
        IEnumerable<long> people, IEnumerable<long>? robots = null, params (long Id, string Name)[] organisations) => new(
        people.ToDictionary(id => id, id =>
            new GrafanaUser(id, $"uid{id}", $"user{id}", $"user{id}@example.org", $"User {id}", false, false, [], null, null)),
        (robots ?? []).ToDictionary(id => id, id => new ServiceAccount(id, $"sa-1-robot{id}", $"robot{id}", 1, "Viewer", false)),
        organisations.ToDictionary(organisation => organisation.Id, organisation => organisation.Name));

    public static Pulse Pulse(
        Activity activity,
        Coverage? coverage = null,
        UserDirectory? userDirectory = null,
        HealthLook? look = null,
        PulseFigures? before = null) =>
        Pulses.Pulse.Of(
            new WindowReading(activity, coverage ?? Coverage()),
            userDirectory ?? Common.Grafana.Identities.UserDirectory.Unread,
            look,
            before);
}
