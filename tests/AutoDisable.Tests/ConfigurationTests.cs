using Athena.Common.Settings;
using Athena.Tests.Shared;

namespace Athena.AutoDisable.Tests;

internal sealed class ConfigurationTests
{
    private static readonly Dictionary<string, string?> Needed = new()
    {
        ["GRAFANA_USER"] = "athena-workers-7f3a",
        ["GRAFANA_PASSWORD"] = "not-shown-anywhere",
        ["SMTP_HOST"] = "smtp.example.org",
        ["MAIL_FROM"] = "athena@example.org",
        ["MAIL_TO"] = "one@example.org, two@example.org",
    };

    [Test]
    public void The_needed_settings_are_enough()
    {
        var reader = Read(Needed, out var settings);
        Assert.Multiple(() =>
        {
            Assert.That(reader.Problems, Is.Empty);
            Assert.That(settings.Log.Name, Is.EqualTo("file:/var/log/grafana/grafana.log"));
            Assert.That(settings.PollInterval, Is.EqualTo(TimeSpan.FromSeconds(15)));
            Assert.That(settings.MailTo, Is.EqualTo(new[] { "one@example.org", "two@example.org" }));
            Assert.That(settings.Smtp.Port, Is.EqualTo(587));
            Assert.That(settings.Mail.PublicUrl.AbsoluteUri, Is.EqualTo("http://127.0.0.1:3000/"));
            Assert.That(
                (settings.Gate.ApplicantReceived, settings.Gate.ApplicantApproved, settings.Gate.ApplicantRejected),
                Is.EqualTo((false, true, false)));
        });
    }

    [Test]
    public void Every_fault_is_told_at_once_with_its_key_and_no_secret()
    {
        var reader = Read(new Dictionary<string, string?>(Needed)
        {
            ["GRAFANA_URL"] = "ftp://x",
            ["SMTP_PORT"] = "smtp",
            ["POLL_INTERVAL"] = "15",
            ["MAIL_TO"] = "one@example.org>\r\nRCPT TO:<boss@example.org",
            ["LOG"] = "/var/log/grafana/grafana.log",
            ["APPROVED_ROLE"] = "Boss",
            ["TIMEZONE"] = "Africa/Nowhere",
            ["SMTP_USER"] = "x",
            ["MAIL_APPLICANT"] = "perhaps",
        }, out _);
        Assert.Multiple(() =>
        {
            Assert.That(reader.Problems.Select(p => p.Key), Is.SupersetOf(new[]
            {
                "GRAFANA_URL", "SMTP_PORT", "POLL_INTERVAL", "MAIL_TO", "LOG", "APPROVED_ROLE", "TIMEZONE", "SMTP_PASSWORD",
                "MAIL_APPLICANT",
            }));
            Assert.That(string.Join('\n', reader.Problems), Does.Not.Contain("not-shown-anywhere"));
        });
    }

    [Test]
    public void A_drill_by_itself_needs_somebody_who_gets_its_mail_and_leaves_time_between()
    {
        var given = new Dictionary<string, string?>(Needed) { ["DRILL_EVERY"] = "7d" };
        Assert.That(Read(given, out _).Problems.Select(p => p.Key), Is.EqualTo(new[] { "DRILL_TO" }));
        given["DRILL_TO"] = Needed["MAIL_TO"];
        Assert.That(Read(given, out var settings).Problems, Is.Empty);
        Assert.That(
            (settings.Gate.DrillEvery, settings.Gate.DrillTo!.Count, settings.Mail.DrillTo.Count),
            Is.EqualTo((TimeSpan.FromDays(7), 2, 2)));
        foreach (var every in (string[])["9m", "7", "often"])
        {
            given["DRILL_EVERY"] = every;
            Assert.That(Read(given, out _).Problems.Select(p => p.Key), Is.EqualTo(new[] { "DRILL_EVERY" }), every);
        }
    }

    [TestCase("SMTP_HOST")]
    [TestCase("MAIL_FROM")]
    [TestCase("MAIL_TO")]
    [TestCase("GRAFANA_PASSWORD")]
    public void A_needed_setting_that_is_missing_is_named(string key)
    {
        var given = new Dictionary<string, string?>(Needed);
        given.Remove(key);
        Assert.That(string.Join('\n', Read(given, out _).Problems), Does.Contain(key));
    }

    [Test]
    public void A_password_over_plain_http_to_another_machine_is_refused_unless_allowed_by_name()
    {
        var given = new Dictionary<string, string?>(Needed) { ["GRAFANA_URL"] = "http://grafana.example.org" };
        Assert.That(Read(given, out _).Problems.Select(p => p.ToString()), Has.Some.Contains("GRAFANA_ALLOW_HTTP"));
        given["GRAFANA_ALLOW_HTTP"] = "yes";
        Assert.That(Read(given, out _).Problems, Is.Empty);
    }

    [Test]
    public void What_version_0_1_0_accepted_is_accepted() => Assert.That(
        AcceptedSettings.Refused(Identity.Worker.Daemon, Needed!, ReadAll), Is.Empty);

    [Test]
    public void The_untouched_templates_of_0_1_0_and_the_shared_file_are_enough_and_say_what_to_write_down()
    {
        AutoDisableSettings? settings = null;
        var reader = AcceptedSettings.WithTemplate(Identity.Worker.Daemon, new Dictionary<string, string>
        {
            ["SMTP_HOST"] = "mail.hospital.example",
            ["SMTP_USER"] = "hospital",
            ["SMTP_PASSWORD"] = "secret",
            ["MAIL_FROM"] = "grafana@hospital.example",
            ["MAIL_TO"] = "admins@hospital.example",
            ["GRAFANA_USER"] = "athena-workers",
            ["GRAFANA_PASSWORD"] = "secret",
        }, given =>
        {
            CommonSettings.Read(given, Identity.Worker);
            settings = AutoDisableSettings.Read(given);
        });
        Assert.Multiple(() =>
        {
            Assert.That(reader.Problems, Is.Empty);
            Assert.That(
                settings!.Smtp.Host, Is.EqualTo("mail.hospital.example"), "the password there is not for the server of the template");
            Assert.That(reader.Remarks.Select(remark => remark.What), Has.Some.Contains("older template")
                .And.Some.Contains("Empty lines count as not set"));
        });
    }

    private static void ReadAll(SettingsReader reader)
    {
        CommonSettings.Read(reader, Identity.Worker);
        _ = AutoDisableSettings.Read(reader);
    }

    [Test]
    public void The_documentation_lists_exactly_the_settings_of_the_code()
    {
        var code = DocumentedSettings.Written(Read(Needed, out _));
        Assert.That(DocumentedSettings.Of(Identity.Worker.Daemon), Is.EquivalentTo(code), string.Join('\n', code));
    }

    private static SettingsReader Read(Dictionary<string, string?> given, out AutoDisableSettings settings)
    {
        var reader = new SettingsReader(new SettingsSource(given!, null));
        CommonSettings.Read(reader, Identity.Worker);
        settings = AutoDisableSettings.Read(reader);
        return reader;
    }

    [Test]
    public void Each_command_of_the_journals_catalogue_is_copied_with_sudo_because_only_root_may()
    {
        var lines = Identity.Catalogue.WriteJournalCatalogue().Split('\n');
        Assert.That(lines.Where(line => line.StartsWith("    grafana-", StringComparison.Ordinal)), Is.Empty);
        Assert.That(lines.Count(line => line.StartsWith("    sudo grafana-auto-disable ", StringComparison.Ordinal)), Is.GreaterThan(10));
    }
}
