using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Health;
using Athena.Common.Grafana.Identities;
using Athena.Common.Grafana.Probes;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.Time;

namespace Athena.Common.Tests.Grafana.Probes;

/// <summary>A quarter of an hour at Grafana, from 06:00 to 06:15 SAST, with nothing in it until a test says so.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Six = new(2026, 11, 21, 4, 0, 0, TimeSpan.Zero);

    public static readonly Window Quarter = new(Six, Six.AddMinutes(15));

    public static readonly Coverage Seen = new(Quarter, [], [], 0, 0);

    public static DateTimeOffset At(double minute) => Six.AddMinutes(minute);

    public static GrafanaUser User(long id, double? seenAtMinute, string login = "naledi") =>
        new(id, $"uid{id}", login, $"{login}@example.org", "", false, false, [], null, seenAtMinute is { } minute ? At(minute) : null);

    public static UserDirectory UserDirectory(params GrafanaUser[] users) =>
        new(users.ToDictionary(user => user.Id), new Dictionary<long, ServiceAccount>(), new Dictionary<long, string>())
        {
            ReadAt = At(16),
        };

    public static Activity Activity(bool routine, params UserActivity[] users) =>
        new(users, 0, new SecurityTally(0, 0, 0, 0, 0, 0), new PageTally(0, 0, 0, null, null), [], []) { HasRoutineLines = routine };

    public static UserActivity Row(
        long id, double first, double last, ActivityProof proof = ActivityProof.Other, string login = "naledi") =>
        new(id, login, 1, 12, 0, At(first), At(last), proof, [], 1);

    public static ServerSettings Settings(bool routerLogging) => new(new Dictionary<string, IReadOnlyDictionary<string, string>>
    {
        ["server"] = new Dictionary<string, string> { ["router_logging"] = routerLogging ? "true" : "false" },
    });

    public static ProbeRecord Probe(string nonce, double minute, ProbeAnswer answer = ProbeAnswer.LoginPage) =>
        new(
            nonce,
            At(minute),
            answer == ProbeAnswer.None ? null : At(minute).AddMilliseconds(2),
            answer == ProbeAnswer.Page ? 200 : 302,
            answer);

    public static ProbeEcho Echo(string nonce, double minute, int milliseconds = 1) => new(nonce, At(minute).AddMilliseconds(milliseconds));

    public static GrafanaAnswer<T> Done<T>(T value)
        where T : class => new(GrafanaOutcome.Done, value, "");

    public static GrafanaAnswer<T> Not<T>(GrafanaOutcome outcome, string detail)
        where T : class => new(outcome, null, detail);
}
