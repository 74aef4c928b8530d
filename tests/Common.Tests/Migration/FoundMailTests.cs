using Athena.Migration;

namespace Athena.Common.Tests.Migration;

internal sealed class FoundMailTests
{
    private const string Usual = """
        # Set system-wide
        defaults
        auth           on
        tls            on
        tls_trust_file /etc/ssl/certs/ca-certificates.crt
        logfile        /var/log/msmtp.log

        account        mailgun
        host           smtp.eu.mailgun.org
        port           587
        from           grafana@mg.example.org
        user           postmaster@mg.example.org
        password       "s3cret #1"

        account default : mailgun
        """;

    [Test]
    public void Reads_the_default_account_of_msmtp_with_what_it_inherits()
    {
        var found = Msmtprc.Read(Usual, "/etc/msmtprc")!;

        Assert.That(found, Is.EqualTo(new FoundMail(
            "/etc/msmtprc, account default", "smtp.eu.mailgun.org", 587, "starttls", "postmaster@mg.example.org", "s3cret #1",
            "grafana@mg.example.org", null, null)));
        Assert.That(found.ToString(), Does.Not.Contain("s3cret"));
    }

    [Test]
    public void Without_a_default_account_the_first_one_counts() =>
        Assert.That(Msmtprc.Read("account a\nhost one\naccount b\nhost two\n", "f")!.Host, Is.EqualTo("one"));

    [Test]
    public void A_file_with_defaults_alone_will_do() =>
        Assert.That(Msmtprc.Read("defaults\nhost relay\nfrom %U@%H\n", "f"), Is.EqualTo(new FoundMail(
            "f", "relay", 25, "none", null, null, null, null, null)));

    [Test]
    public void Knows_tls_from_the_first_byte_by_its_port_too() =>
        Assert.That(Msmtprc.Read("account a\nhost h\ntls on\ntls_starttls off\n", "f"), Has.Property("Security").EqualTo("tls")
            .And.Property("Port").EqualTo(465));

    [Test]
    public void A_command_for_the_password_is_not_run_and_that_is_said()
    {
        var found = Msmtprc.Read("account a\nhost h\nauth on\nuser u\npasswordeval \"gpg -d /root/p\"\n", "f")!;

        Assert.That(found.Password, Is.Null);
        Assert.That(found.Remark, Does.Contain("passwordeval"));
    }

    [TestCase("")]
    [TestCase("# nothing\n")]
    [TestCase("account a\nfrom x@example.org\n")]
    public void Without_a_server_there_is_nothing_to_take(string text) => Assert.That(Msmtprc.Read(text, "f"), Is.Null);

    [Test]
    public void Reads_the_mail_section_of_grafana()
    {
        var found = GrafanaIni.Read("""
            [server]
            host = elsewhere
            [smtp]
            enabled = true
            ;host = localhost:25
            host = smtp.example.org:465   ; ours
            user = grafana
            # If the password contains # or ; you have to wrap it with triple quotes. Ex '''#password;'''
            password = \"\"\"p#ss;word\"\"\"
            from_address = grafana@example.org
            from_name = Athena Grafana
            [emails]
            host = wrong
            """.Replace("\\\"", "\"", StringComparison.Ordinal), "/etc/grafana/grafana.ini");

        Assert.That(found, Is.EqualTo(new FoundMail(
            "/etc/grafana/grafana.ini, section [smtp]", "smtp.example.org", 465, "tls", "grafana", "p#ss;word", "grafana@example.org",
            "Athena Grafana", null)));
    }

    [TestCase("[smtp]\n;enabled = true\nhost = h:25\n")]
    [TestCase("[smtp]\nenabled = false\nhost = h:25\n")]
    [TestCase("[smtp]\nenabled = true\n")]
    public void A_grafana_that_sends_no_mail_has_nothing_to_offer(string text) => Assert.That(GrafanaIni.Read(text, "f"), Is.Null);

    [Test]
    public void A_secret_that_grafana_takes_from_elsewhere_is_not_taken_for_one()
    {
        var found = GrafanaIni.Read("[smtp]\nenabled=true\nhost=h:587\nuser=u\npassword=$__file{/etc/secrets/p}\n", "f")!;

        Assert.That(found.Password, Is.Null);
        Assert.That(found.Remark, Does.Contain("taken from elsewhere"));
    }

    [Test]
    public void A_relay_on_this_host_needs_no_protection() =>
        Assert.That(GrafanaIni.Read("[smtp]\nenabled=true\nhost=localhost:25\n", "f")!.Security, Is.EqualTo("none"));

    [Test]
    public void Where_nothing_is_set_all_of_it_is_offered() =>
        Assert.That(Keys([]), Is.EqualTo("SMTP_HOST SMTP_PORT SMTP_SECURITY SMTP_USER SMTP_PASSWORD MAIL_FROM"));

    [Test]
    public void A_fresh_settings_file_counts_as_nothing_set() =>
        Assert.That(
            Keys(new() { ["SMTP_HOST"] = "smtp.eu.mailgun.org", ["SMTP_PORT"] = "587" }, host: "smtp.example.org"),
            Is.EqualTo("SMTP_HOST SMTP_PORT SMTP_SECURITY SMTP_USER SMTP_PASSWORD MAIL_FROM"));

    [Test]
    public void For_the_same_server_only_what_is_missing_is_offered() =>
        Assert.That(
            Keys(new() { ["SMTP_HOST"] = "smtp.eu.mailgun.org", ["MAIL_FROM"] = "a@b.example" }), Is.EqualTo("SMTP_USER SMTP_PASSWORD"));

    [Test]
    public void A_password_is_never_put_beside_another_server() =>
        Assert.That(Keys(new() { ["SMTP_HOST"] = "127.0.0.1" }), Is.Empty);

    [Test]
    public void What_is_whole_is_left_alone() =>
        Assert.That(
            Keys(new()
            {
                ["SMTP_HOST"] = "smtp.eu.mailgun.org",
                ["SMTP_USER"] = "u",
                ["SMTP_PASSWORD"] = "p",
                ["MAIL_FROM"] = "a@b.example",
            }),
            Is.Empty);

    [Test]
    public void A_password_is_not_sent_in_the_clear_because_another_program_did() =>
        Assert.That(
            MailOffer.Of(_ => null, new FoundMail("f", "h.example", 25, "none", "u", "p", null, null, null))
                .Single(p => p.Key == "SMTP_SECURITY").Value,
            Is.EqualTo("starttls"));

    private static string Keys(Dictionary<string, string> given, string host = "smtp.eu.mailgun.org") => string.Join(' ', MailOffer.Of(
        given.GetValueOrDefault, new FoundMail("f", host, 587, "starttls", "u", "p", "from@example.org", null, null))
            .Select(pair => pair.Key));
}
