using Athena.AutoDisable.Deciding;
using Athena.Common.Settings;

namespace Athena.AutoDisable.Tests.Deciding;

/// <summary>What the daemon does not start with.</summary>
internal sealed class DecisionSettingsTests
{
    [TestCase("https://grafana.example", "https://grafana.example", true)]
    [TestCase("https://grafana.example/decisions", "https://grafana.example", true)]
    [TestCase("https://grafana.example/d", "https://grafana.example", false)]
    [TestCase("https://grafana.example/D/", "https://grafana.example", false)]
    [TestCase("https://grafana.example/d/x", "https://grafana.example", false)]
    [TestCase("https://grafana.example/g/d/x", "https://grafana.example/g/", false)]
    [TestCase("https://elsewhere.example/d/x", "https://grafana.example", true)]
    [TestCase("https://grafana.example/g/d/x", "http://127.0.0.1:3000", false, Description = "nobody said how browsers reach it")]
    [TestCase("https://grafana.example", "http://127.0.0.1:3000", true)]
    public void Not_with_links_that_Grafana_itself_would_log(string url, string grafana, bool isTaken)
    {
        var problems = Problems(grafana, ("DECISION_URL", url), ("DECISION_MAIL_TO", "one@example.org"));
        Assert.That(problems, isTaken ? Is.Empty : Has.One.StartsWith("DECISION_URL lies under /d/ of Grafana"));
    }

    [Test]
    public void Nor_with_one_who_gets_no_mails_nor_with_half_of_what_belongs_together() => Assert.Multiple(() =>
    {
        Assert.That(
            Problems("http://x", ("DECISION_URL", "https://x"), ("DECISION_MAIL_TO", "two@example.org")),
            Has.One.Contains("MAIL_TO does not"));
        Assert.That(Problems("http://x", ("DECISION_URL", "https://x")), Has.One.Contains("DECISION_MAIL_TO is needed"));
        Assert.That(Problems("http://x", ("DECISION_MAIL_TO", "one@example.org")), Has.One.Contains("needs DECISION_URL"));
        Assert.That(
            Problems("http://x", ("DECISION_URL", "https://x"), ("DECISION_MAIL_TO", "one@example.org"), ("DECISION_IDENTITY", "access")),
            Has.Exactly(2).Contains("is needed with DECISION_IDENTITY=access"));
    });

    private static List<string> Problems(string grafana, params (string Key, string Value)[] given)
    {
        var reader = new SettingsReader(new SettingsSource(given.ToDictionary(one => one.Key, one => one.Value)));
        DecisionSettings.Read(reader, ["one@example.org"], new Uri(grafana));
        return [.. reader.Problems.Select(problem => $"{problem.Key} {problem.Reason}")];
    }
}
