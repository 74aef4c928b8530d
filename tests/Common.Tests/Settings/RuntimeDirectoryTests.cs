using Athena.Common.Settings;

namespace Athena.Common.Tests.Settings;

/// <summary>A unit has two folders in /run; only one of them may be read by everybody.</summary>
internal sealed class RuntimeDirectoryTests
{
    private const string Own = "/run/grafana-auto-disable";
    private const string Metrics = "/run/athena-workers-metrics/grafana-auto-disable";

    private static readonly WorkerIdentity Identity = new("grafana-auto-disable", "auto-disable", "");

    [TestCase($"{Own}:{Metrics}", Own, Metrics)]
    [TestCase($"{Metrics}:{Own}", Own, Metrics)]
    [TestCase(Own, Own, null)]
    [TestCase("", Own, null)]
    public void The_control_socket_never_lies_where_the_metrics_do(string told, string own, string? metrics)
    {
        var settings = Read(new() { ["RUNTIME_DIRECTORY"] = told });

        Assert.That(settings.ControlSocket, Is.EqualTo($"{own}/control"));
        Assert.That(settings.MetricsDirectory, Is.EqualTo(metrics));
    }

    [Test]
    public void A_setting_comes_before_what_systemd_made()
    {
        var settings = Read(new() { ["RUNTIME_DIRECTORY"] = $"{Metrics}:{Own}", ["METRICS_DIR"] = "/srv/m", ["CONTROL_DIR"] = "/srv/c" });

        Assert.That((settings.MetricsDirectory, settings.ControlSocket), Is.EqualTo(("/srv/m", "/srv/c/control")));
    }

    [Test]
    public void A_folder_that_is_not_absolute_is_refused()
    {
        var reader = new SettingsReader(new SettingsSource(new Dictionary<string, string> { ["METRICS_DIR"] = "metrics" }));
        CommonSettings.Read(reader, Identity);

        Assert.That(reader.Problems.Single().ToString(), Does.Contain("METRICS_DIR").And.Contain("must be an absolute path"));
    }

    private static CommonSettings Read(Dictionary<string, string> given) =>
        CommonSettings.Read(new SettingsReader(new SettingsSource(given)), Identity);
}
