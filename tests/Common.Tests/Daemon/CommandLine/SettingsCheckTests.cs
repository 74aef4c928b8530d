using Athena.Common.Checks;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Settings;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Daemon.CommandLine;

/// <summary>Whoever has their secrets as credentials is told what else needs them.</summary>
internal sealed class SettingsCheckTests
{
    private static readonly WorkerIdentity Identity = new("grafana-test", "test", "Tests what a daemon is.");

    private TemporaryDirectory folder = null!;

    [SetUp]
    public void A_password_as_a_credential()
    {
        folder = new TemporaryDirectory();
        Write("credentials/smtp_password", "hush-hush");
    }

    [TearDown]
    public void Clean() => folder.Dispose();

    [Test]
    public void A_password_that_the_failure_mails_do_not_get_is_a_warning()
    {
        var warning = Warnings([]).Single();
        Assert.That(warning.What, Is.EqualTo(
            "SMTP_PASSWORD is a credential of this service alone: when it fails, athena-workers-failed, -crashing, -holds@grafana-test "
            + "cannot tell anybody"));
        Assert.That(warning.Remedy, Does.Contain($"{folder["units"]}/athena-workers-holds@grafana-test.service.d"));
    }

    [Test]
    public void With_the_drop_in_for_each_all_is_well()
    {
        foreach (var teller in (string[])["failed@grafana-test", "crashing@", "holds@grafana-test"])
            Write(
                $"units/athena-workers-{teller}.service.d/credentials.conf", "[Service]\nLoadCredential=smtp_password:/etc/credstore/x\n");
        Assert.That(Warnings([]), Is.Empty);
    }

    [Test]
    public void A_password_from_the_settings_file_reaches_them_anyway()
    {
        File.Delete(folder["credentials/smtp_password"]);
        Assert.That(Warnings(new() { ["SMTP_PASSWORD"] = "hush-hush" }), Is.Empty);
    }

    [Test]
    public void What_they_do_not_need_is_passed_over()
    {
        File.Move(folder["credentials/smtp_password"], folder["credentials/grafana_password"]);
        Assert.That(Warnings([]), Is.Empty);
    }

    [Test]
    public void On_a_host_on_which_nothing_is_set_the_next_step_is_setup_and_no_manual_page()
    {
        var findings = Failures(new() { ["STATE_DIRECTORY"] = "/var/lib/grafana-test", ["RUNTIME_DIRECTORY"] = "/run/grafana-test" });
        Assert.Multiple(() =>
        {
            Assert.That(findings[0].What, Is.EqualTo("Nothing is set for grafana-test yet"));
            Assert.That(findings[0].Remedy, Is.EqualTo("To set it up: sudo athena-workers setup"));
            Assert.That(
                findings.Single(finding => finding.Setting == "MAIL_TO").Remedy,
                Is.EqualTo("Set MAIL_TO in /etc/default/grafana-test, or be asked for what is missing: sudo athena-workers setup"));
            Assert.That(findings.Select(finding => finding.Remedy), Has.None.Contains("man "));
        });
    }

    [Test]
    public void What_is_wrong_is_told_from_what_is_missing()
    {
        var findings = Failures(new() { ["AUDIT_KEEP"] = "soon" });
        Assert.That(findings.Select(finding => finding.Setting), Is.EqualTo(new[] { "AUDIT_KEEP", "MAIL_TO" }));
        Assert.That(findings[0].Remedy, Does.EndWith("; what each setting means: grafana-test print settings"));
        Assert.That(findings[1].Remedy, Does.EndWith("or be asked for what is missing: sudo athena-workers setup"));
    }

    private List<CheckFinding> Failures(Dictionary<string, string> environment)
    {
        var reader = new SettingsReader(new SettingsSource(environment));
        _ = CommonSettings.Read(reader, Identity);
        _ = reader.Required("MAIL_TO", "who is told");
        var report = new CheckReport();
        SettingsCheck.Run(reader, report, Identity, folder["units"]);
        return [.. report.Findings.Where(finding => finding.Outcome == CheckOutcome.Failed)];
    }

    private List<CheckFinding> Warnings(Dictionary<string, string> environment)
    {
        var reader = new SettingsReader(new SettingsSource(environment, folder["credentials"]));
        reader.Secret("SMTP_PASSWORD", "hidden");
        reader.Secret("GRAFANA_PASSWORD", "hidden");
        var report = new CheckReport();
        SettingsCheck.Run(reader, report, Identity, folder["units"]);
        return [.. report.Findings.Where(finding => finding.Outcome == CheckOutcome.Warning)];
    }

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder[path])!);
        File.WriteAllText(folder[path], text);
    }
}
