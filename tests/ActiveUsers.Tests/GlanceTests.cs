using Athena.ActiveUsers.Alerts;
using Athena.ActiveUsers.Memory;
using Athena.ActiveUsers.Tests.Simulation;
using Athena.Common.Activities;
using Athena.Common.Logs.Windows;
using Athena.Common.Sight;
using Athena.Common.Time;
using Moq;

namespace Athena.ActiveUsers.Tests;

/// <summary>What the look between two pulses makes of a log that it does not see whole.</summary>
internal sealed class GlanceTests
{
    private static readonly Gap Rotated = new(Some.Six, Some.Six.AddMinutes(1), GapCause.Unreadable, "grafana.log.1 cannot be read");

    [TestCase(false, 3, ExpectedResult = 3L)]
    [TestCase(true, 3, ExpectedResult = null, Description = "few prove nothing, and must not end an alert")]
    [TestCase(true, 300, ExpectedResult = 300L, Description = "many are many all the same")]
    public async Task<long?> Failed_logins_are_counted(bool hasGap, int count)
    {
        var door = Mock.Of<IGrafanaDoor>(grafana => grafana.LookAsync(It.IsAny<CancellationToken>()) == Task.FromResult(new HealthLook(Some.Six, HealthVerdict.Up, "12.3.0", "")));
        var platform = new Platform(grafana: null, door, TimeProvider.System);
        var log = new Log(new SecurityTally(count, 0, 0, 0, 0, 0), hasGap ? [Rotated] : []);
        var options = new PulseOptions(Some.Wording, TimeSpan.FromSeconds(10), false, new HashSet<long>(), new AlertLimits(20, 20), true);
        var glance = new Glance(platform, new WindowReader(log, platform, options), new PulseMemory(new PulseState(), new SimulatedDisk(new CrashPoint())), options, TimeProvider.System);
        return (await glance.LookAsync(CancellationToken.None)).FailedLogins;
    }

    private sealed class Log(SecurityTally security, IReadOnlyList<Gap> gaps) : ILogWindows
    {
        public WindowReading Read(Window window, ActivityCounterOptions options, CancellationToken cancel) =>
            new(Some.Activity() with { Security = security }, new Coverage(window, gaps, [], 100, 0));
    }
}
