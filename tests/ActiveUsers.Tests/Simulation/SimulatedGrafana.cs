using Athena.Common.Grafana.Health;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.Time;
using Athena.Tests.Shared;

namespace Athena.ActiveUsers.Tests.Simulation;

/// <summary>A Grafana that is up, down or without its database, and its log, in which every probe comes back while it is seen.</summary>
internal sealed class SimulatedGrafana(Random random, CrashPoint crash, ManualTime time) : IAnonymousProbe, ILogWindows
{
    private readonly List<(ProbeEcho Echo, bool IsSeen)> echoes = [];

    public HealthVerdict Health { get; set; } = HealthVerdict.Up;

    public bool IsLogSeen { get; set; } = true;

    public int FailedLogins { get; set; }

    public string Version { get; set; } = "12.3.0";

    public Task<HealthLook> LookAsync(CancellationToken cancel)
    {
        crash.Pass();
        return Task.FromResult(new HealthLook(
            time.GetUtcNow(), Health, Health == HealthVerdict.NotAnswering ? null : Version, Health == HealthVerdict.Up ? "" : "down"));
    }

    public Task<AnonymousProbeAnswer> KnockAsync(string nonce, CancellationToken cancel)
    {
        crash.Pass();
        if (Health == HealthVerdict.NotAnswering) return Task.FromResult(new AnonymousProbeAnswer(ProbeAnswer.None, 0, "down"));
        echoes.Add((new ProbeEcho(nonce, time.GetUtcNow()), IsLogSeen));
        return Task.FromResult(new AnonymousProbeAnswer(ProbeAnswer.LoginPage, 302, ""));
    }

    public WindowReading Read(Window window, ActivityCounterOptions options, CancellationToken cancel)
    {
        crash.Pass();
        var users = Enumerable.Range(1, random.Next(4)).Select(i => Some.User(i, $"user{i}", random.Next(1, 100))).ToArray();
        var activity = Some.Activity(users) with
        {
            ProbeEchoes = [.. echoes.Where(echo => echo.IsSeen && window.Contains(echo.Echo.At)).Select(echo => echo.Echo)],
            Security = new SecurityTally(window.Length == TimeSpan.FromMinutes(5) ? FailedLogins : 0, 0, 0, 0, 0, 0),
        };
        return new WindowReading(activity, new Coverage(window, [], [], 100, 0));
    }
}
