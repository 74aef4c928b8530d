using Athena.Common.Daemon.CommandLine;

namespace Athena.Common.Tests.Daemon.CommandLine;

/// <summary><c>--output nagios</c>: one line, figures behind a bar, and a plugin's exit code.</summary>
internal sealed class PluginLineTests
{
    [TestCase(0, """{"state":"All is well","waiting":4,"troubles":[]}""", "", 0, "A-B OK - All is well | waiting=4 troubles=0")]
    [TestCase(0, """{"state":"It works","alerts":[{"kind":"Grafana"}]}""", "", 1, "A-B WARNING - It works | alerts=1")]
    [TestCase(1, """{"state":"Grafana | its log\ncannot be read","dryRun":false}""", "", 2,
        "A-B CRITICAL - Grafana / its log cannot be read")]
    [TestCase(1, """{"running":false,"state":"a-b is not running."}""", "", 2, "A-B CRITICAL - a-b is not running.")]
    [TestCase(77, "", "Only root may read /etc/default/a-b. Run: sudo a-b status\n", 3,
        "A-B UNKNOWN - Only root may read /etc/default/a-b. Run: sudo a-b status")]
    [TestCase(78, "", "a-b: MAIL_TO: is needed\na-b: put this right\n", 3, "A-B UNKNOWN - MAIL_TO: is needed")]
    [TestCase(134, "", "", 3, "A-B UNKNOWN - no answer: sudo a-b status")]
    [TestCase(0, """{"running":true,"waiting":1}""", "", 0, "A-B OK - no answer: sudo a-b status | waiting=1",
        Description = "a daemon of before says no sentence")]
    public void Status(int exitCode, string json, string words, int code, string line) =>
        Assert.That(PluginLine.Of("a-b", exitCode, json, words), Is.EqualTo(new PluginLine(code, line)));

    [TestCase(0, "ok", "ok", 0, "A-B OK - 2 things looked at, all well | ok=2 note=0 warning=0 failed=0")]
    [TestCase(0, "note", "ok", 0, "A-B OK - 2 things looked at, all well | ok=1 note=1 warning=0 failed=0")]
    [TestCase(2, "warning", "ok", 1, "A-B WARNING - first | ok=1 note=0 warning=1 failed=0")]
    [TestCase(1, "warning", "failed", 2, "A-B CRITICAL - second | ok=0 note=0 warning=1 failed=1")]
    [TestCase(1, "failed", "failed", 2, "A-B CRITICAL - first (and 1 more) | ok=0 note=0 warning=0 failed=2")]
    public void Check(int exitCode, string first, string second, int code, string line)
    {
        var json = $$"""
            {"exitCode":{{exitCode}},"findings":[{"outcome":"{{first}}","what":"first"},{"outcome":"{{second}}","what":"second"}]}
            """;
        Assert.That(PluginLine.Of("a-b", exitCode, json, ""), Is.EqualTo(new PluginLine(code, line)));
    }

    [Test]
    public void A_stranger_s_words_cannot_make_a_second_line_nor_figures()
    {
        var line = PluginLine.Of("a", 1, """{"state":"x | waiting=0\r\nOK"}""", "");
        Assert.That(line.Text, Is.EqualTo("A CRITICAL - x / waiting=0 OK"));
    }

    [Test]
    public void Of_several_the_worst_counts_and_speaks_first()
    {
        (string, PluginLine) well = ("a", new PluginLine(0, "A OK - fine | n=1 m=2"));
        (string, PluginLine) unknown = ("b", new PluginLine(3, "B UNKNOWN - who knows"));
        (string, PluginLine) broken = ("c", new PluginLine(2, "C CRITICAL - broken | n=3"));
        Assert.Multiple(() =>
        {
            Assert.That(PluginLine.Together("all", [well, unknown, broken]), Is.EqualTo(new PluginLine(
                2, "ALL CRITICAL - C CRITICAL - broken; B UNKNOWN - who knows; A OK - fine | c_n=3 a_n=1 a_m=2")));
            Assert.That(PluginLine.Together("all", [well, unknown]).Code, Is.EqualTo(3));
            Assert.That(PluginLine.Together("all", [well]), Is.EqualTo(new PluginLine(0, "ALL OK - A OK - fine | a_n=1 a_m=2")));
        });
    }
}
