using Athena.Common.Logs;
using Athena.Common.Logs.Journal;

namespace Athena.Common.Tests.Logs;

public sealed class LogSourceTests
{
    [TestCase("file:/var/log/grafana/grafana.log", "file:/var/log/grafana/grafana.log", false)]
    [TestCase("file:/var/log/../log/x.log", "file:/var/log/x.log", false)]
    [TestCase("journal:grafana-server.service", "journal:grafana-server.service", true)]
    [TestCase("journal:grafana@blue.service", "journal:grafana@blue.service", true)]
    [TestCase("journal:/var/log/journal/remote/grafana-server.service", "journal:/var/log/journal/remote/grafana-server.service", true)]
    public void A_file_or_a_unit_is_a_source(string text, string name, bool isJournal)
    {
        LogSource? source = LogSource.TryParse(text, out string? problem);
        Assert.That(problem, Is.Null);
        Assert.That((source!.Name, source.IsJournal), Is.EqualTo((name, isJournal)));
        using ILogFollower follower = source.Follow(TimeProvider.System);
        Assert.That(follower, isJournal ? Is.TypeOf<JournalLog>() : Is.TypeOf<FileLog>());
    }

    [TestCase("")]
    [TestCase("/var/log/grafana/grafana.log")]
    [TestCase("file:grafana.log")]
    [TestCase("journal:")]
    [TestCase("journal:grafana-server")]
    [TestCase("journal:grafana server.service")]
    [TestCase("journal:.service")]
    [TestCase("journal:relative/grafana-server.service")]
    [TestCase("journal:x.service\nMESSAGE=y")]
    [TestCase("loki:http://127.0.0.1")]
    public void Anything_else_is_refused_with_what_it_must_be(string text)
    {
        Assert.That(LogSource.TryParse(text, out string? problem), Is.Null);
        Assert.That(problem, Does.Contain("file:/var/log/grafana/grafana.log").And.Contain("journal:grafana-server.service"));
    }
}
