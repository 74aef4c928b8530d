using Athena.Common.Grafana.Health;
using Athena.Common.Grafana.Probes;
using Athena.Common.Grafana.Usage;
using Athena.Common.Tests.Grafana.Usage;

namespace Athena.Common.Tests.Grafana.Probes;

/// <summary>How far Grafana's clock is from ours, by the line of a probe.</summary>
internal sealed class LogClockReadingTests
{
    private static readonly DateTimeOffset Six = StrangeLog.Begin;

    [Test]
    public void The_newest_probe_that_came_back_tells_and_stays_while_none_does()
    {
        ProbeRecord[] sent = [Probe("old", 0), Probe("new", 300), Probe("lost", 600)];
        var seen = LogClockReading.None.With(sent, Read(new ProbeEcho("old", Six), new ProbeEcho("new", Six.AddSeconds(391))));
        Assert.That(seen.Ahead, Is.EqualTo(TimeSpan.FromSeconds(90)));
        Assert.That(seen.With(sent, Read()).Ahead, Is.EqualTo(TimeSpan.FromSeconds(90)));
        Assert.That(LogClockReading.None.With(sent, Read(new ProbeEcho("somebody else's", Six))).Ahead, Is.Null);
    }

    [Test]
    public void The_newest_line_is_kept()
    {
        var seen = LogClockReading.None.With([], Read() with { LastLine = Six });
        Assert.That(seen.With([], Read()).LastLine, Is.EqualTo(Six));
        Assert.That(seen.With([], Read() with { LastLine = Six.AddMinutes(1) }).LastLine, Is.EqualTo(Six.AddMinutes(1)));
    }

    /// <summary>Answered after two seconds.</summary>
    private static ProbeRecord Probe(string nonce, int second) =>
        new(nonce, Six.AddSeconds(second), Six.AddSeconds(second + 2), 302, ProbeAnswer.LoginPage);

    private static Activity Read(params ProbeEcho[] echoes) => Counted.Text("") with { ProbeEchoes = echoes };
}
