using Athena.Common.Daemon.CommandLine;

namespace Athena.Common.Tests.Daemon.CommandLine;

/// <summary>What somebody types is taken as they mean it, and what nobody can understand is asked again.</summary>
internal sealed class TerminalTests
{
    [TestCase(true, "yes")]
    [TestCase(true, "Y")]
    [TestCase(true, "ye", "YES")]
    [TestCase(false, "No", "yes")]
    [TestCase(false, "", "yes")]
    [TestCase(false, null, "yes")]
    [TestCase(false, "perhaps", "later", "why", "yes")]
    public void Only_yes_is_yes_and_a_slip_is_asked_again(bool isYes, params string?[] typed)
    {
        var left = new Queue<string?>(typed);
        var asked = new List<string>();
        var terminal = new Terminal(question =>
        {
            asked.Add(question);
            return left.Dequeue();
        });
        Assert.That(terminal.Confirm("Write this?"), Is.EqualTo(isYes));
        Assert.That(asked, Has.All.EqualTo("Write this? [yes/no]"));
    }

    [Test]
    public void Where_nobody_is_there_nothing_is_confirmed() => Assert.That(new Terminal(null).Confirm("Write this?"), Is.False);
}
