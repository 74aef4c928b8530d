using Athena.Common.GrafanaLog.Sources;
using Athena.Common.GrafanaLog.Sources.FileSource;
using Athena.Common.GrafanaLog.Sources.JournalSource;
using Athena.Common.Settings;

namespace Athena.Common.Tests.GrafanaLog;

public sealed class LogSourceTests
{
    [TestCase("file:/var/log/grafana/grafana.log", "file:/var/log/grafana/grafana.log", false)]
    [TestCase("file:/var/log/../log/x.log", "file:/var/log/x.log", false)]
    [TestCase("journal:grafana-server.service", "journal:grafana-server.service", true)]
    [TestCase("journal:grafana@blue.service", "journal:grafana@blue.service", true)]
    [TestCase("journal:/var/log/journal/remote/grafana-server.service", "journal:/var/log/journal/remote/grafana-server.service", true)]
    public void A_file_or_a_unit_is_a_source(string text, string name, bool isJournal)
    {
        ILogSource? source = LogSource.TryParse(text, out string? problem);
        Assert.That(problem, Is.Null);
        Assert.That((source!.Name, source is JournalLogSource), Is.EqualTo((name, isJournal)));
        using ILogFollower follower = source.Follow(TimeProvider.System);
        Assert.That(follower, isJournal ? Is.TypeOf<JournalLog>() : Is.TypeOf<FileLog>());
    }

    [TestCase("/nope/grafana.log")]
    [TestCase("file:/nope/grafana.log")]
    [TestCase("nope.log")]
    public void A_log_that_a_person_names_and_that_is_not_there_is_refused_with_what_to_name(string text) => Assert.That(
        Assert.Throws<UsageException>(() => LogSetting.ReadOption(text))!.Message,
        Does.StartWith($"--log {text}: there is no file /").And.Contain("--log /var/log/grafana/grafana.log")
            .And.Contain("--log journal:grafana-server.service"));

    [Test]
    public void One_that_is_there_is_taken_whatever_is_in_it() =>
        Assert.That(LogSetting.ReadOption("/etc/passwd").Name, Is.EqualTo("file:/etc/passwd"));

    [TestCase("")]
    [TestCase("/var/log/grafana/grafana.log")]
    [TestCase("file:grafana.log")]
    [TestCase("journal:")]
    [TestCase("journal:grafana-server")]
    [TestCase("journal:grafana server.service")]
    [TestCase("journal:.service")]
    [TestCase("journal:relative/grafana-server.service")]
    [TestCase("journal:x.service\nMESSAGE=y")]
    [TestCase("loki:")]
    [TestCase("loki:loki.example:3100")]
    [TestCase("loki:ftp://loki.example")]
    [TestCase("loki:https://athena:secret@loki.example")]
    [TestCase("loki:https://loki.example/?query={a=1}")]
    public void Anything_else_is_refused_with_what_it_must_be(string text)
    {
        Assert.That(LogSource.TryParse(text, out string? problem), Is.Null);
        Assert.That(problem, Does.Contain("file:/var/log/grafana/grafana.log").And.Contain("journal:grafana-server.service")
            .And.Contain("loki:https://"));
    }

    [TestCase("loki:https://loki.example:3100", "loki:https://loki.example:3100")]
    [TestCase("loki:https://loki.example/behind/a/proxy/", "loki:https://loki.example/behind/a/proxy")]
    [TestCase("loki:http://127.0.0.1:3100", "loki:http://127.0.0.1:3100")]
    public void So_is_a_Loki_whose_lines_prove_nothing(string text, string name)
    {
        ILogSource? source = LogSource.TryParse(text, out string? problem);
        Assert.That(problem, Is.Null);
        Assert.That((source!.Name, source.IsProof, source.GrafanaMode), Is.EqualTo((name, false, (string?)null)));
    }

    [Test]
    public void A_Loki_is_named_in_the_settings_and_not_on_the_command_line() => Assert.That(
        Assert.Throws<UsageException>(() => LogSetting.ReadOption("loki:https://loki.example"))!.Message, Does.Contain("LOKI_QUERY"));
}
