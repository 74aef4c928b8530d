using Athena.Common.Notify.Alertmanager;
using Athena.Common.Settings;

namespace Athena.Common.Tests.Notify.Alertmanager;

/// <summary>Who rings is one setting; what is faulty about it keeps no daemon from its work.</summary>
public sealed class AlertmanagerSettingsTests
{
    private const string Url = "ALERTMANAGER_URL=https://alerts.example:9093";

    [TestCase(null, "")]
    [TestCase(null, Url)]
    [TestCase(true, "ALERTS=alertmanager", Url)]
    [TestCase(false, "ALERTS=both", Url)]
    public void It_is_direct_unless_it_is_set(bool? isAlone, params string[] lines)
    {
        var (settings, reader) = Read(lines);
        Assert.That((settings?.IsAlone, reader.Problems.Count, reader.Remarks.Count), Is.EqualTo((isAlone, 0, 0)));
    }

    [TestCase("ALERTMANAGER_URL is not", "ALERTS=both")]
    [TestCase("must be one of", "ALERTS=pager", Url)]
    [TestCase("must begin with https://", "ALERTS=both", "ALERTMANAGER_URL=http://10.0.0.7:9093", "ALERTMANAGER_TOKEN=abc")]
    [TestCase("must not hold a user", "ALERTS=both", "ALERTMANAGER_URL=https://me:hunter2@alerts.example")]
    [TestCase("one is enough", "ALERTS=both", Url, "ALERTMANAGER_USER=me", "ALERTMANAGER_PASSWORD=hunter2", "ALERTMANAGER_TOKEN=abc")]
    [TestCase("without ALERTMANAGER_USER", "ALERTS=both", Url, "ALERTMANAGER_PASSWORD=hunter2")]
    [TestCase("cannot be read", "ALERTS=both", Url, "ALERTMANAGER_CA_FILE=/nowhere/ca.pem")]
    public void What_is_faulty_is_a_remark_and_alerts_go_the_direct_way(string words, params string[] lines)
    {
        var (settings, reader) = Read(lines);
        Assert.Multiple(() =>
        {
            Assert.That(settings, Is.Null);
            Assert.That(reader.Problems, Is.Empty);
            Assert.That(string.Join('\n', reader.Remarks), Does.Contain(words).And.Contain("chat and mail").And.Not.Contain("hunter2"));
        });
    }

    [Test]
    public void The_tenant_is_that_of_the_metrics_and_the_runbook_lies_where_the_site_says()
    {
        var (settings, _) = Read(["ALERTS=both", Url, "TENANT_ID=north", "RUNBOOK_URL=https://wiki.example/runbook#"]);
        Assert.That((settings!.Tenant, settings.Runbook), Is.EqualTo(("north", "https://wiki.example/runbook")));
    }

    private static (AlertmanagerSettings? Settings, SettingsReader Reader) Read(string[] lines)
    {
        var reader = new SettingsReader(new SettingsSource(
            lines.Where(line => line.Length > 0).Select(line => line.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1])));
        return (AlertmanagerSettings.Read(reader), reader);
    }
}
