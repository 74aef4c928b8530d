using Athena.Common.Daemon.CommandLine;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Daemon.CommandLine;

internal sealed class ProgressLineTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public void Nothing_is_shown_for_a_second_and_the_line_is_taken_away_in_the_end()
    {
        var (time, terminal) = (new ManualTime(Noon), new StringWriter());
        using (var line = new ProgressLine(terminal, time))
        {
            time.Advance(TimeSpan.FromSeconds(0.9));
            line.Show("reading…");
            Assert.That(terminal.ToString(), Is.Empty);
            time.Advance(TimeSpan.FromSeconds(11));
            line.Show("reading…");
            line.Show("too soon after that");
            Assert.That(terminal.ToString(), Is.EqualTo("\rreading… 12 s"));
        }

        Assert.That(terminal.ToString(), Is.EqualTo("\rreading… 12 s\r             \r"));
    }
}
