using Athena.Common.GrafanaLog.Sources;
using Athena.Common.GrafanaLog.Sources.LokiSource;
using Athena.Common.Settings;

namespace Athena.Common.Tests.GrafanaLog;

/// <summary>How a Loki is asked: the keys beside LOG.</summary>
public sealed class LokiSettingsTests
{
    private const string Log = "loki:https://loki.example:3100";
    private const string Query = "{unit=\"grafana-server.service\"}";

    private static (ILogSource Log, SettingsReader Reader) Read(params (string Key, string Value)[] given)
    {
        var reader = new SettingsReader(new SettingsSource(given.ToDictionary(one => one.Key, one => one.Value), null));
        return (LogSetting.Read(reader), reader);
    }

    private static IEnumerable<string> Problems(params (string Key, string Value)[] given) =>
        Read([("LOG", Log), .. given]).Reader.Problems.Select(problem => problem.ToString());

    [Test]
    public void Everything_that_logcli_knows_is_read()
    {
        var (log, reader) = Read(
            ("LOG", Log), ("LOKI_QUERY", Query), ("LOKI_ORG_ID", "a|b"), ("LOKI_USERNAME", "athena"), ("LOKI_PASSWORD", "hidden-word"),
            ("LOKI_SETTLE", "45s"));
        Assert.That(reader.Problems, Is.Empty);
        var access = ((LokiLogSource)log).Access;
        Assert.That(
            (access.Query, access.Tenant, access.User, access.Password, log.Settle),
            Is.EqualTo((Query, "a|b", "athena", "hidden-word", TimeSpan.FromSeconds(45))));
        Assert.That($"{access} {log.Name}", Does.Not.Contain("hidden-word"));
    }

    [Test]
    public void There_is_no_query_that_would_be_right_everywhere() =>
        Assert.That(Problems(), Has.Exactly(1).Matches<string>(problem => problem.Contains("LOKI_QUERY") && problem.Contains("labels")));

    [TestCase("LOKI_USERNAME", "athena", "LOKI_PASSWORD")]
    [TestCase("LOKI_PASSWORD", "hidden-word", "LOKI_USERNAME")]
    [TestCase("LOKI_CLIENT_CERT_PATH", "/nope/cert.pem", "LOKI_CLIENT_KEY_PATH")]
    [TestCase("LOKI_CA_CERT_PATH", "/nope/ca.pem", "LOKI_CA_CERT_PATH")]
    [TestCase("LOKI_ORG_ID", "clinic a", "LOKI_ORG_ID")]
    [TestCase("LOKI_BEARER_TOKEN", "hidden-word and more", "LOKI_BEARER_TOKEN")]
    public void What_is_half_or_faulty_is_told_without_the_secret(string key, string value, string told)
    {
        var problems = Problems(("LOKI_QUERY", Query), (key, value)).ToList();
        Assert.That(problems, Has.Exactly(1).StartsWith(told));
        Assert.That(string.Concat(problems), Does.Not.Contain("hidden-word"));
    }

    [Test]
    public void Plain_http_to_another_machine_is_to_be_allowed_and_to_this_one_is_not()
    {
        const string Other = "loki:http://loki.example:3100";
        Assert.Multiple(() =>
        {
            Assert.That(
                Read(("LOG", Other), ("LOKI_QUERY", Query)).Reader.Problems.Single().ToString(), Does.Contain("LOKI_ALLOW_HTTP=yes"));
            Assert.That(Read(("LOG", Other), ("LOKI_QUERY", Query), ("LOKI_ALLOW_HTTP", "yes")).Reader.Problems, Is.Empty);
            Assert.That(Read(("LOG", "loki:http://127.0.0.1:3100"), ("LOKI_QUERY", Query)).Reader.Problems, Is.Empty);
        });
    }

    [Test]
    public void Another_log_works_whatever_stands_in_these_keys()
    {
        var (log, reader) = Read(("LOKI_CA_CERT_PATH", "/nope/ca.pem"), ("LOKI_SETTLE", "for ever"));
        Assert.That(reader.Problems, Is.Empty);
        Assert.That(reader.Remarks, Has.Count.EqualTo(2));
        Assert.That((log.Name, log.Settle), Is.EqualTo(("file:/var/log/grafana/grafana.log", TimeSpan.Zero)));
    }
}
