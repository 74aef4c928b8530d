using Athena.ActiveUsers.Evidence;
using Athena.ActiveUsers.Policy;
using Athena.ActiveUsers.State;
using Athena.ActiveUsers.Tests.Simulation;
using Athena.Common.Grafana.Health;
using Athena.Common.Grafana.Monitoring;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.Time;
using Moq;

namespace Athena.ActiveUsers.Tests;

/// <summary>What the look between two pulses makes of a log that it does not see whole.</summary>
internal sealed class HealthTickTests
{
    private static readonly Gap Rotated = new(Some.Six, Some.Six.AddMinutes(1), GapCause.Unreadable, "grafana.log.1 cannot be read");

    [TestCase(false, 3, ExpectedResult = 3L)]
    [TestCase(true, 3, ExpectedResult = null, Description = "few prove nothing, and must not end an alert")]
    [TestCase(true, 300, ExpectedResult = 300L, Description = "many are many all the same")]
    public async Task<long?> Failed_logins_are_counted(bool hasGap, int count)
    {
        var door = Mock.Of<IAnonymousProbe>(grafana =>
            grafana.LookAsync(It.IsAny<CancellationToken>()) == Task.FromResult(new HealthLook(Some.Six, HealthVerdict.Up, "12.3.0", "")));
        var grafanaDirectory = new GrafanaDirectory(grafana: null, door, TimeProvider.System);
        var log = new Log(new SecurityTally(count, 0, 0, 0, 0, 0), hasGap ? [Rotated] : []);
        var options = new ActiveUsersOptions(
            Some.Wording, TimeSpan.FromSeconds(10), false, new HashSet<long>(), new AlertLimits(20, 20), true);
        var healthTick = new HealthTick(
            grafanaDirectory,
            new WindowReader(log, grafanaDirectory, options),
            new ActiveUsersMemory(new ActiveUsersState(), new SimulatedDisk(new CrashPoint())),
            options,
            TimeProvider.System);
        return (await healthTick.LookAsync(CancellationToken.None)).FailedLogins;
    }

    private sealed class Log(SecurityTally security, IReadOnlyList<Gap> gaps) : ILogWindows
    {
        public WindowReading Read(Window window, ActivityCounterOptions options, CancellationToken cancel) =>
            new(Some.Activity() with { Security = security }, new Coverage(window, gaps, [], 100, 0));
    }
}
