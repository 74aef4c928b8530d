using Athena.AutoDisable.CommandLine;
using Athena.AutoDisable.Policy;
using Athena.Common.Checks;
using Athena.Common.Grafana.Api;
using Athena.Tests.Shared;

namespace Athena.AutoDisable.Tests;

/// <summary><c>check --posture</c> and the part of the review about it.</summary>
internal sealed class PostureTests
{
    private const string Strict = """
        [server]
        protocol = http
        http_addr = 127.0.0.1
        root_url = https://athena.example.org/grafana/
        [database]
        type = postgres
        host = db.example.org:5432
        ssl_mode = verify-full
        [security]
        disable_brute_force_login_protection = false
        cookie_secure = true
        cookie_samesite = lax
        [auth.basic]
        enabled = true
        password_policy = true
        [auth.anonymous]
        enabled = false
        [auth]
        login_maximum_inactive_lifetime_duration = 12h
        login_maximum_lifetime_duration = 7d
        token_rotation_interval_minutes = 10
        [public_dashboards]
        enabled = false
        [emails]
        welcome_email_on_sign_up = false
        """;

    [Test]
    public void A_strict_grafana_has_nothing_to_mend()
    {
        var lines = Of(Strict);
        Assert.Multiple(() =>
        {
            Assert.That(lines, Has.Count.EqualTo(12));
            Assert.That(lines.Where(line => line.Better is not null || line.Value is null), Is.Empty);
        });
    }

    [TestCase("password_policy = true", "password_policy = false", "auth.basic", "password_policy", "true")]
    [TestCase("login_protection = false", "login_protection = true", "security", "disable_brute_force_login_protection", "false")]
    [TestCase("cookie_secure = true", "cookie_secure = false", "security", "cookie_secure", "true")]
    [TestCase("cookie_samesite = lax", "cookie_samesite = disabled", "security", "cookie_samesite", "lax")]
    [TestCase("ssl_mode = verify-full", "ssl_mode = disable", "database", "ssl_mode", "verify-full")]
    [TestCase("ssl_mode = verify-full", "ssl_mode = require", "database", "ssl_mode", "verify-full")]
    [TestCase(
        "ssl_mode = verify-full", "url = postgres://u:p@db.example.org/g?sslmode=disable\nssl_mode = verify-full", "database",
        "ssl_mode", "verify-full")]
    [TestCase("[auth.anonymous]\nenabled = false", "[auth.anonymous]\nenabled = true", "auth.anonymous", "enabled", "false")]
    [TestCase("[public_dashboards]\nenabled = false", "[public_dashboards]\nenabled = true", "public_dashboards", "enabled", "false")]
    [TestCase("http_addr = 127.0.0.1", "http_addr =", "server", "http_addr", "127.0.0.1")]
    [TestCase("http_addr = 127.0.0.1", "http_addr = 0.0.0.0", "server", "http_addr", "127.0.0.1")]
    [TestCase(
        "inactive_lifetime_duration = 12h", "inactive_lifetime_duration = 2w", "auth", "login_maximum_inactive_lifetime_duration", "7d")]
    [TestCase("maximum_lifetime_duration = 7d", "maximum_lifetime_duration = 1y", "auth", "login_maximum_lifetime_duration", "30d")]
    [TestCase("interval_minutes = 10", "interval_minutes = 600", "auth", "token_rotation_interval_minutes", "10")]
    [TestCase("welcome_email_on_sign_up = false", "welcome_email_on_sign_up = true", "emails", "welcome_email_on_sign_up", "false")]
    public void What_is_not_well_is_named_with_the_line_to_write(string well, string now, string section, string key, string better)
    {
        var lines = Of(Strict.Replace(well, now, StringComparison.Ordinal)).Where(line => line.Better is not null).ToList();
        Assert.That(lines.Select(line => (line.Section, line.Key, line.Better)), Is.EqualTo(new[] { (section, key, better) }));
        Assert.That(lines[0].Remedy, Is.EqualTo($"In /etc/grafana/grafana.ini, section [{section}]: {key} = {better}"));
    }

    [TestCase("host = db.example.org:5432", "host = 127.0.0.1:5432")]
    [TestCase("host = db.example.org:5432", "host = [::1]:5432")]
    [TestCase("host = db.example.org:5432", "host = /var/run/postgresql")]
    [TestCase("type = postgres", "type = sqlite3")]
    public void A_database_on_this_machine_needs_no_encryption(string far, string near) => Assert.That(
        Of(Strict.Replace(far, near, StringComparison.Ordinal).Replace("verify-full", "disable", StringComparison.Ordinal))
            .Where(line => line.Better is not null),
        Is.Empty);

    [Test]
    public void Where_people_come_over_http_nothing_is_advised_that_would_keep_them_out()
    {
        var http = Strict.Replace("https://", "http://", StringComparison.Ordinal)
            .Replace("cookie_secure = true", "cookie_secure = false", StringComparison.Ordinal)
            .Replace("http_addr = 127.0.0.1", "http_addr =", StringComparison.Ordinal);
        Assert.Multiple(() =>
        {
            Assert.That(Posture.ToMend(ServerSettings.OfFile(http), null), Is.Empty);
            Assert.That(
                Posture.ToMend(ServerSettings.OfFile(http), new Uri("https://athena.example.org")).Select(line => line.Key),
                Is.EqualTo(new[] { "cookie_secure", "http_addr" }), "our own settings know of the tunnel");
        });
    }

    [Test]
    public void What_grafana_does_not_tell_is_said_and_changes_no_exit_code()
    {
        var report = new CheckReport();
        PostureCheck.Run(report, ServerSettings.OfFile("[server]\nrouter_logging = true\n"), new Uri("http://localhost"));
        Assert.Multiple(() =>
        {
            Assert.That(report.Findings.Select(finding => finding.Outcome), Is.All.EqualTo(CheckOutcome.Note).And.Exactly(12).Items);
            Assert.That(report.Findings.Select(finding => finding.What), Is.All.Contains(" is not known: "));
            Assert.That(report.ExitCode, Is.Zero);
        });
    }

    [Test]
    public void For_want_of_its_word_its_file_is_read_with_what_is_in_force_where_that_is_silent()
    {
        using var folder = new TemporaryDirectory();
        File.WriteAllText(folder["grafana.ini"], "[security]\ncookie_samesite = none\n[database]\nhost = $__env{HOST}\n");
        var report = new CheckReport();
        PostureCheck.Run(report, null, new Uri("http://localhost"), folder["grafana.ini"]);
        var text = report.ToText(colour: false);
        Assert.Multiple(() =>
        {
            Assert.That(text, Does.StartWith($"note    Of Grafana's own settings only {folder["grafana.ini"]} was read"));
            Assert.That(text, Does.Contain("\nnote    [security] cookie_samesite = none: "));
            Assert.That(text, Does.Contain("\nnote    [auth.basic] password_policy = false: "), "its default");
            Assert.That(text, Does.Contain("\nok      [database] ssl_mode = disable: the database is on this machine"));
        });
    }

    [Test]
    public void Where_nothing_can_be_read_that_is_one_line()
    {
        var report = new CheckReport();
        PostureCheck.Run(report, null, new Uri("http://localhost"), "/nowhere/grafana.ini");
        Assert.That(
            report.Findings.Single().What,
            Is.EqualTo("How Grafana is locked by its own settings could not be read: Grafana did not tell it, and there is no "
                + "/nowhere/grafana.ini"));
        Assert.That(report.ExitCode, Is.Zero);
    }

    private static IReadOnlyList<PostureLine> Of(string file) => Posture.Of(ServerSettings.OfFile(file), null);
}
