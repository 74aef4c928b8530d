using Athena.Common.Settings;
using Athena.Tests.Shared;

namespace Athena.Compliance.Tests;

internal sealed class ConfigurationTests
{
    internal static readonly Dictionary<string, string?> Needed = new()
    {
        ["GRAFANA_USER"] = "athena-workers-7f3a",
        ["GRAFANA_PASSWORD"] = "not-shown-anywhere",
        ["SMTP_HOST"] = "smtp.example.org",
        ["MAIL_FROM"] = "athena@example.org",
        ["REPORT_TO"] = "lead@first2lead.example",
        ["OPS_MAIL_TO"] = "ops@example.org",
        ["ADMIN_USER_IDS"] = "1,4",
        ["STATE_DIR"] = "/nonexistent",
    };

    [Test]
    public void On_a_fresh_host_it_must_be_said_who_the_administrators_are()
    {
        var reader = Read(new Dictionary<string, string?>(Needed) { ["ADMIN_USER_IDS"] = null }, out _);
        Assert.That(reader.Problems.Single().ToString(), Does.Contain("ADMIN_USER_IDS").And.Contain("is needed"));
    }

    [Test]
    public void Where_version_0_1_0_was_at_work_its_default_holds_until_they_are_written_down()
    {
        using var old = new OldState("grafana-compliance");
        var given = new Dictionary<string, string?>(Needed) { ["ADMIN_USER_IDS"] = "", ["STATE_DIR"] = old.Directory };
        var reader = Read(given, out var settings);
        Assert.That(reader.Problems, Is.Empty);
        Assert.That(settings.Examining.Admins, Is.EquivalentTo(new[] { 1L, 4L }));
        Assert.That(reader.Remarks.Single().ToString(), Does.Contain("1 and 4 count as the administrators, as before"));
        given["ADMIN_USER_IDS"] = "7";
        Assert.That((Read(given, out settings).Remarks.Count, settings.Examining.Admins.Single()), Is.EqualTo((0, 7L)));
    }

    [Test]
    public void The_needed_settings_are_enough()
    {
        var reader = Read(Needed, out var settings);
        Assert.Multiple(() =>
        {
            Assert.That(reader.Problems, Is.Empty);
            Assert.That(settings.Examining.Admins, Is.EquivalentTo(new[] { 1L, 4L }));
            Assert.That(settings.Windows.Hours, Is.EquivalentTo(Enumerable.Range(6, 13)));
            Assert.That(settings.Windows.Days, Has.Count.EqualTo(7));
            Assert.That(
                (settings.Windows.Length, settings.Windows.Settle, settings.Windows.LookBack),
                Is.EqualTo((TimeSpan.FromHours(1), TimeSpan.FromSeconds(20), TimeSpan.FromDays(1))));
            Assert.That(settings.Summary, Is.EqualTo(SummaryPeriod.Weekly));
            Assert.That(settings.Report.SummaryTo, Is.EqualTo(settings.Report.OpsTo));
            Assert.That(settings.UsesMailTo, Is.False);
        });
    }

    [Test]
    public void The_first_window_of_a_day_is_that_from_five_to_six_and_the_last_ends_at_eighteen_in_South_Africa()
    {
        Read(Needed, out var settings);
        var midnight = new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.FromHours(2));
        var windows = settings.Windows.Schedule.Ending(midnight, midnight.AddDays(1)).ToList();
        Assert.That(windows, Has.Count.EqualTo(13));
        Assert.That((windows[0].From, windows[0].To, windows[^1].To), Is.EqualTo(
            (midnight.AddHours(5), midnight.AddHours(6), midnight.AddHours(18))));
    }

    [Test]
    public void MAIL_TO_is_taken_for_REPORT_TO_and_that_is_noticed()
    {
        var given = new Dictionary<string, string?>(Needed) { ["REPORT_TO"] = null, ["MAIL_TO"] = "lead@first2lead.example" };
        Assert.That(Read(given, out var settings).Problems, Is.Empty);
        Assert.That((settings.UsesMailTo, settings.Report.To[0]), Is.EqualTo((true, "lead@first2lead.example")));
    }

    [TestCase("REPORT_TO")]
    [TestCase("OPS_MAIL_TO")]
    [TestCase("SMTP_HOST")]
    [TestCase("MAIL_FROM")]
    public void A_needed_setting_that_is_missing_is_named(string key)
    {
        var given = new Dictionary<string, string?>(Needed);
        given.Remove(key);
        Assert.That(Read(given, out _).Problems.Select(problem => problem.Key), Does.Contain(key));
    }

    [TestCase("OPS_MAIL_TO", "LEAD@first2lead.example", Description = "what could not be seen is not First2Lead's business")]
    [TestCase("DISPLAY_USER_IDS", "4")]
    [TestCase("ADMIN_USER_IDS", "admin")]
    [TestCase("REPORT_HOURS", "6-25")]
    [TestCase("REPORT_DAYS", "workdays")]
    [TestCase("WINDOW", "90s")]
    [TestCase("WINDOW", "25h")]
    [TestCase("REPORT_SINCE", "soon")]
    [TestCase("SUMMARY", "hourly")]
    [TestCase("TIMEZONE", "Africa/Nowhere")]
    public void What_cannot_be_meant_is_refused_by_name(string key, string value) =>
        Assert.That(
            Read(new Dictionary<string, string?>(Needed) { [key] = value }, out _).Problems.Select(problem => problem.Key),
            Is.EqualTo(new[] { key }));

    [Test]
    public void What_version_0_1_0_accepted_is_accepted() => Assert.That(
        AcceptedSettings.Refused(Identity.Worker.Daemon, Needed!, ReadAll), Is.Empty);

    [Test]
    public void The_untouched_templates_of_0_1_0_and_the_shared_file_are_enough_and_say_what_to_write_down()
    {
        using var old = new OldState("grafana-compliance");
        ComplianceSettings? settings = null;
        var reader = AcceptedSettings.WithTemplate(Identity.Worker.Daemon, new Dictionary<string, string>
        {
            ["SMTP_HOST"] = "mail.hospital.example",
            ["SMTP_USER"] = "hospital",
            ["SMTP_PASSWORD"] = "secret",
            ["MAIL_FROM"] = "grafana@hospital.example",
            ["REPORT_TO"] = "reports@lead.example",
            ["OPS_MAIL_TO"] = "ops@hospital.example",
            ["GRAFANA_USER"] = "athena-workers",
            ["GRAFANA_PASSWORD"] = "secret",
            ["STATE_DIR"] = old.Directory,
        }, given =>
        {
            CommonSettings.Read(given, Identity.Worker);
            settings = ComplianceSettings.Read(given);
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
        _ = ComplianceSettings.Read(reader);
    }

    [Test]
    public void The_documentation_lists_exactly_the_settings_of_the_code()
    {
        var code = DocumentedSettings.Written(Read(Needed, out _));
        Assert.That(DocumentedSettings.Of(Identity.Worker.Daemon), Is.EquivalentTo(code), string.Join('\n', code));
    }

    internal static SettingsReader Read(Dictionary<string, string?> given, out ComplianceSettings settings)
    {
        var reader = new SettingsReader(new SettingsSource(
            given.Where(pair => pair.Value is not null).ToDictionary(pair => pair.Key, pair => pair.Value!), null));
        CommonSettings.Read(reader, Identity.Worker);
        settings = ComplianceSettings.Read(reader);
        return reader;
    }
}
