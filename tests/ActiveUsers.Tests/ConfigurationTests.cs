using Athena.ActiveUsers.Notify;
using Athena.ActiveUsers.Telemetry;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Settings;
using Athena.Tests.Shared;

namespace Athena.ActiveUsers.Tests;

internal sealed class ConfigurationTests
{
    private static readonly Dictionary<string, string?> Needed = new()
    {
        ["TELEGRAM_BOT_TOKEN"] = "123456789:not_shown_anywhere_not_shown_anywhere",
        ["TELEGRAM_CHAT_ID"] = "-1001234567890",
    };

    private static readonly Dictionary<string, string?> WithMail = new(Needed)
    {
        ["SMTP_HOST"] = "mail.example.org",
        ["MAIL_FROM"] = "grafana@example.org",
        ["OPS_MAIL_TO"] = "ops@example.org",
    };

    [Test]
    public void A_bot_and_a_chat_are_enough()
    {
        var reader = Read(Needed, out var settings);
        Assert.Multiple(() =>
        {
            Assert.That(reader.Problems, Is.Empty);
            Assert.That(settings.Grafana.IsAnonymous, Is.True);
            Assert.That(settings.Log.Name, Is.EqualTo("file:/var/log/grafana/grafana.log"));
            Assert.That(settings.Wording.Every, Is.EqualTo(TimeSpan.FromMinutes(15)));
            Assert.That(settings.Wording.Zone.Id, Is.EqualTo("Africa/Johannesburg"));
            Assert.That(settings.Wording.Names, Is.EqualTo(NameStyle.Login));
            Assert.That(settings.Settle, Is.EqualTo(TimeSpan.FromSeconds(10)));
            Assert.That(settings.Probe, Is.True);
            Assert.That(settings.IgnoredIds, Is.Empty);
            Assert.That((settings.Limits.FailedLogins, settings.Limits.SignUps), Is.EqualTo((20, 20)));
        });
    }

    [Test]
    public void An_account_is_used_when_it_is_set_and_must_then_be_whole()
    {
        var given = new Dictionary<string, string?>(Needed) { ["GRAFANA_USER"] = "athena-workers-7f3a" };
        Assert.That(Read(given, out _).Problems.Select(problem => problem.ToString()), Has.Some.Contains("GRAFANA_PASSWORD"));
        given["GRAFANA_PASSWORD"] = "not-shown";
        Assert.That(Read(given, out var settings).Problems, Is.Empty);
        Assert.That(settings.Grafana.IsAnonymous, Is.False);
    }

    /// <summary>A host of before goes on showing no more than it was told to, whatever the shared file says of the other daemon.</summary>
    [TestCase(null, null, NameStyle.Login)]
    [TestCase("masked", null, NameStyle.Masked)]
    [TestCase(null, "ID", NameStyle.Id)]
    [TestCase("login", "masked", NameStyle.Masked)]
    [TestCase("id", "", NameStyle.Id)]
    public void People_are_named_by_one_key_and_the_older_one_holds_where_it_is_set(string? names, string? older, NameStyle style)
    {
        var reader = Read(
            new Dictionary<string, string?>(Needed) { ["TELEGRAM_NAMES"] = names, ["PULSE_NAMES"] = older }, out var settings);
        Assert.That((settings.Wording.Names, reader.Problems.Count), Is.EqualTo((style, 0)));
    }

    [Test]
    public void Every_fault_is_told_at_once_with_its_key_and_no_secret()
    {
        var reader = Read(
            new Dictionary<string, string?>(Needed)
            {
                ["PULSE_EVERY"] = "7m",
                ["PULSE_NAMES"] = "nick",
                ["SETTLE"] = "10",
                ["PROBE"] = "perhaps",
                ["WATCH_DATA_SOURCES"] = "all,wards",
                ["IGNORE_USER_IDS"] = "3,x",
                ["FAILED_LOGIN_ALERT"] = "0",
                ["SIGNUP_ALERT"] = "many",
                ["TIMEZONE"] = "Africa/Nowhere",
                ["TELEGRAM_CHAT_ID"] = "the group",
                ["LOG"] = "/var/log/grafana/grafana.log",
            },
            out _);
        Assert.Multiple(() =>
        {
            Assert.That(reader.Problems.Select(problem => problem.Key), Is.EquivalentTo(new[]
            {
                "PULSE_EVERY", "PULSE_NAMES", "SETTLE", "PROBE", "IGNORE_USER_IDS", "FAILED_LOGIN_ALERT", "SIGNUP_ALERT", "TIMEZONE",
                "TELEGRAM_CHAT_ID", "LOG", "WATCH_DATA_SOURCES",
            }));
            Assert.That(string.Join('\n', reader.Problems), Does.Not.Contain("not_shown"));
        });
    }

    [TestCase("TELEGRAM_BOT_TOKEN")]
    [TestCase("TELEGRAM_CHAT_ID")]
    public void A_needed_setting_that_is_missing_is_named(string key)
    {
        var given = new Dictionary<string, string?>(Needed);
        given.Remove(key);
        Assert.That(string.Join('\n', Read(given, out _).Problems), Does.Contain(key));
    }

    [TestCase(null, Severity.Critical)]
    [TestCase("warning", Severity.Warning)]
    [TestCase("no", null)]
    public void Alerts_go_by_mail_where_a_server_a_sender_and_our_people_are_set(string? level, Severity? least)
    {
        var reader = Read(new Dictionary<string, string?>(WithMail) { ["ALERT_MAIL"] = level }, out var settings);
        Assert.That((settings.AlertMail?.Least, reader.Problems.Count, reader.Remarks.Count), Is.EqualTo((least, 0, 0)));
        Assert.That(settings.AlertMail?.To, least is null ? Is.Null : Is.EqualTo(new[] { "ops@example.org" }));
    }

    [Test]
    public void What_is_wrong_with_the_mail_server_keeps_no_pulse_and_is_told()
    {
        var faulty = Read(new Dictionary<string, string?>(WithMail) { ["SMTP_PORT"] = "smtp" }, out var settings);
        Assert.That((settings.AlertMail, faulty.Problems.Count), Is.EqualTo(((AlertMailOptions?)null, 0)));
        Assert.That(faulty.Remarks.Single().What, Does.StartWith("SMTP_PORT: "));
        Assert.That(faulty.Remarks.Single().Remedy, Is.EqualTo("Until then no alert and no key figures go by mail."));

        var half = new Dictionary<string, string?>(Needed) { ["ALERT_MAIL"] = "warning", ["MAIL_FROM"] = "a@b.example" };
        var wanted = Read(half, out settings);
        Assert.That((settings.AlertMail, wanted.Problems.Count), Is.EqualTo(((AlertMailOptions?)null, 0)));
        Assert.That(
            wanted.Remarks.Single().What,
            Is.EqualTo("ALERT_MAIL=warning is set, and SMTP_HOST and OPS_MAIL_TO are not: no alert goes by mail"));
        Assert.That(Read(new Dictionary<string, string?>(Needed) { ["SMTP_HOST"] = "mail.example.org" }, out _).Remarks, Is.Empty);
    }

    [TestCase("1m", true)]
    [TestCase("15m", true)]
    [TestCase("6h", true)]
    [TestCase("7m", false)]
    [TestCase("90m", true)]
    [TestCase("5s", false)]
    [TestCase("2d", false)]
    public void A_window_divides_the_hour_or_the_day(string every, bool isGood) =>
        Assert.That(
            Read(new Dictionary<string, string?>(Needed) { ["PULSE_EVERY"] = every }, out _).Problems, isGood ? Is.Empty : Is.Not.Empty);

    [Test]
    public void What_version_0_1_0_accepted_is_accepted() => Assert.That(
        AcceptedSettings.Refused(Identity.Worker.Daemon, Needed!, ReadAll), Is.Empty);

    [Test]
    public void The_untouched_templates_of_0_1_0_and_the_shared_file_are_enough_and_say_what_to_write_down()
    {
        ActiveUsersSettings? settings = null;
        var reader = AcceptedSettings.WithTemplate(Identity.Worker.Daemon, new Dictionary<string, string>
        {
            ["TELEGRAM_BOT_TOKEN"] = "123456789:not_shown_anywhere_not_shown_anywhere",
            ["TELEGRAM_CHAT_ID"] = "-1001234567890",
        }, given =>
        {
            CommonSettings.Read(given, Identity.Worker);
            settings = ActiveUsersSettings.Read(given);
        });
        Assert.Multiple(() =>
        {
            Assert.That(reader.Problems, Is.Empty);
            Assert.That(settings!.Telegram, Is.Not.Null);
            Assert.That(reader.Remarks.Single().What, Does.Contain("Empty lines count as not set").And.Contain("TELEGRAM_CHAT_ID"));
        });
    }

    private static void ReadAll(SettingsReader reader)
    {
        CommonSettings.Read(reader, Identity.Worker);
        _ = ActiveUsersSettings.Read(reader);
    }

    [Test]
    public void The_documentation_lists_exactly_the_settings_of_the_code()
    {
        var code = DocumentedSettings.Written(Read(Needed, out _));
        Assert.That(DocumentedSettings.Of(Identity.Worker.Daemon), Is.EquivalentTo(code), string.Join('\n', code));
    }

    [Test]
    public void The_journal_explains_every_event()
    {
        var catalogue = Identity.Catalogue.WriteJournalCatalogue();
        foreach (var kind in ActiveUsersEvents.All)
            Assert.That(catalogue, Does.Contain(kind.MessageId.ToString("N")).And.Contain(kind.Subject));
        Assert.That(
            catalogue.Split('\n').Where(line => line.StartsWith("    grafana-", StringComparison.Ordinal)),
            Is.Empty,
            "only root may: a command is copied with sudo");
    }

    private static SettingsReader Read(Dictionary<string, string?> given, out ActiveUsersSettings settings)
    {
        var reader = new SettingsReader(new SettingsSource(given!, null));
        CommonSettings.Read(reader, Identity.Worker);
        settings = ActiveUsersSettings.Read(reader);
        return reader;
    }
}
