using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Mail;

namespace Athena.Common.Tests.Notify.Channels.Mail;

/// <summary>What refusals are taken for. The words are those of servers in use; names and addresses are invented.</summary>
public sealed class SmtpRefusalTests
{
    private static readonly string[] MisleadingNames =
    [
        "<sender@hospital.example>", "<no.such.user@hospital.example>", "relay.hospital.example", "<user-unknown@spam.example>",
        "login.hospital.example[192.0.2.7]", "<does.not.exist@quota.example>", "spf.policy.example",
    ];

    [TestCase("550 5.1.1 <admin@hospital.example>: Recipient address rejected: User unknown in virtual mailbox table")]
    [TestCase("550 5.1.1 <admin@hospital.example>: Recipient address rejected: User unknown in relay recipient table")]
    [TestCase(
        "550-5.1.1 The email account that you tried to reach does not exist. Please try\n550 5.1.1 double-checking the recipient's email "
        + "address for typos")]
    [TestCase("550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup")]
    [TestCase("550 sorry, no mailbox here by that name. (#5.1.1)")]
    [TestCase("550 Unrouteable address")]
    [TestCase("550 No such user here")]
    [TestCase("550 5.1.1 <sender@relay.example>... User unknown")]
    [TestCase("550 5.1.2 <admin@nowhere.example>: Recipient address rejected: Domain not found")]
    [TestCase("550 5.1.1 : Recipient address rejected: hospital.example")]
    [TestCase("556 5.1.10 Recipient address has null MX")]
    public void A_recipient_who_does_not_exist_is_given_up(string said)
    {
        DeliveryResult result = Refused("RCPT", said);
        Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Permanent), result.Detail);
        Assert.That(result.Detail, Does.Contain("no such recipient"));
    }

    [TestCase("553 5.7.1 <grafana@hospital.example>: Sender address rejected: not owned by user athena@hospital.example", "MAIL_FROM")]
    [TestCase("550 5.1.0 <grafana@hospital.example>: Sender address rejected: User unknown in local recipient table", "MAIL_FROM")]
    [TestCase("550 5.1.8 <grafana@hospital.example>: Sender address rejected: Domain not found", "MAIL_FROM")]
    [TestCase("550-Verification failed for <grafana@hospital.example>\n550-Unrouteable address\n550 Sender verify failed", "MAIL_FROM")]
    [TestCase("550 5.7.60 SMTP; Client does not have permissions to send as this sender", "MAIL_FROM")]
    [TestCase("501 5.1.7 Bad sender address syntax", "MAIL_FROM")]
    [TestCase("554 Message rejected: Email address is not verified. The following identities failed the check", "MAIL_FROM")]
    [TestCase("554 5.7.1 <admin@hospital.example>: Relay access denied", "set SMTP_USER and SMTP_PASSWORD")]
    [TestCase("550 5.7.1 Unable to relay", "set SMTP_USER and SMTP_PASSWORD")]
    [TestCase("550 relay not permitted", "set SMTP_USER and SMTP_PASSWORD")]
    [TestCase("553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", "set SMTP_USER and SMTP_PASSWORD")]
    [TestCase("454 4.7.1 <admin@hospital.example>: Relay access denied", "set SMTP_USER and SMTP_PASSWORD")]
    [TestCase("530 5.7.0 Authentication required", "set SMTP_USER and SMTP_PASSWORD")]
    [TestCase("550 5.7.1 Authentication required", "set SMTP_USER and SMTP_PASSWORD")]
    [TestCase("535 5.7.57 Client not authenticated to send mail", "set SMTP_USER and SMTP_PASSWORD")]
    [TestCase("530 5.7.0 Must issue a STARTTLS command first", "SMTP_SECURITY=starttls")]
    [TestCase("538 5.7.11 Encryption required for requested authentication mechanism", "SMTP_SECURITY=starttls")]
    [TestCase("504 5.5.2 <[192.0.2.7]>: Helo command rejected: need fully-qualified hostname", "SMTP_HELO")]
    [TestCase("450 4.7.1 <worker>: Helo command rejected: Host not found", "SMTP_HELO")]
    [TestCase("550 Access denied - Invalid HELO name (See RFC2821 4.1.1.1)", "SMTP_HELO")]
    [TestCase("550-5.7.26 This mail has been blocked because the sender is unauthenticated. SPF and DKIM did not pass", "SPF, DKIM, DMARC")]
    [TestCase("552 5.3.4 Message size exceeds fixed limit", "raise the limit")]
    [TestCase("552 5.2.2 Mailbox full", "make room")]
    [TestCase("550 5.7.1 Service unavailable; client [192.0.2.7] blocked using zen.spamhaus.org", "its rules forbid it")]
    [TestCase("550 5.4.1 Recipient address rejected: Access denied", "its rules forbid it")]
    [TestCase("550 PTR record for your IP does not exist", "its rules forbid it")]
    [TestCase("550 Requested action not taken: mailbox unavailable", "its rules forbid it")]
    [TestCase("554 5.7.1 Spam", "its rules forbid it")]
    [TestCase("571 Delivery not authorized, message refused", "its rules forbid it")]
    public void What_somebody_can_put_right_waits_at_whatever_step_it_is_said_and_the_advice_fits(string said, string advice)
    {
        foreach (string step in new[] { "MAIL", "RCPT", "DATA", SmtpTranscript.EndOfMessage })
        {
            DeliveryResult result = Refused(step, said);
            Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Transient), $"{step}: {result.Detail}");
            string expected = step == "MAIL" && advice == "its rules forbid it" ? "MAIL_FROM" : advice;
            Assert.That(result.Detail, Does.Contain(expected), step);
        }
    }

    [TestCase("452 4.3.1 Insufficient system storage", "the server has no room")]
    [TestCase("452 4.3.1 Mail system full", "the server has no room")]
    [TestCase("452 Requested action not taken: insufficient system storage", "the server has no room")]
    [TestCase("452 4.2.2 The recipient's inbox is out of storage space and inactive", "the mailbox takes nothing")]
    [TestCase("552 5.2.2 Over quota", "the mailbox takes nothing")]
    public void A_server_without_room_is_not_a_mailbox_without_room(string said, string words)
    {
        foreach (string step in new[] { "RCPT", SmtpTranscript.EndOfMessage })
            Assert.That(Refused(step, said).Detail, Does.Contain(words), step);
    }

    [TestCase("553 5.7.1 <grafana@example.org>: Sender address rejected: not owned by user", "refused the sender: ")]
    [TestCase("450 4.1.8 <grafana@example.org>: Sender address rejected: Domain not found", "does not take the sender now")]
    [TestCase("554 5.7.1 <one@example.org>: Relay access denied", "refused this recipient: ")]
    public void A_sender_that_is_refused_at_the_recipient_is_not_called_a_recipient(string said, string words) =>
        Assert.That(Refused("RCPT", said).Detail, Does.Contain(words));

    [Test]
    public void After_the_message_only_a_mail_for_one_can_be_about_a_recipient()
    {
        const string Said = "550 5.1.1 User unknown";
        Assert.That(Refused(SmtpTranscript.EndOfMessage, Said).Verdict, Is.EqualTo(DeliveryVerdict.Permanent));
        Assert.That(Refused(SmtpTranscript.EndOfMessage, Said, isOneRecipient: false).Verdict, Is.EqualTo(DeliveryVerdict.Transient));
        Assert.That(Refused("MAIL", Said, isOneRecipient: false).Verdict, Is.EqualTo(DeliveryVerdict.Transient));
    }

    [Test]
    public void The_advice_is_not_to_sign_in_where_somebody_has_signed_in()
    {
        SmtpSettings signedIn = Some.Settings with { User = "grafana", Password = "x" };
        foreach (string said in new[]
        {
            "530 5.7.0 Authentication required", "554 5.7.1 Relay access denied", "553 Sender address rejected",
        })
        {
            string detail = SmtpRefusals.Of(signedIn, "RCPT", Reply(said), isOneRecipient: true, "worker.test").Detail;
            Assert.That(detail, Does.Contain("SMTP_USER").And.Not.Contain("set SMTP_USER"));
        }
    }

    /// <summary>
    /// Words of a cause, in whatever case, with whatever code, among addresses and hosts whose names say something else: nobody is given up
    /// for what a setting can cure, and whoever does not exist is.
    /// </summary>
    [Test]
    public void Neither_the_code_nor_names_in_an_answer_decide_what_it_means([Values(1, 2, 3, 4, 5)] int seed)
    {
        string[] curable =
        [
            "Sender address rejected: not owned by user", "Relay access denied", "relaying denied", "Authentication required",
            "you must log in first",
            "Helo command rejected", "Must issue a STARTTLS command first", "blocked by our policy", "access denied", "SPF check failed",
            "over quota",
            "sender does not exist", "user unknown: authentication required", "mail from address: no such user",
        ];
        string[] final =
        [
            "User unknown",
            "No such user here",
            "recipient does not exist",
            "Recipient address rejected: User unknown",
            "unknown recipient",
        ];
        int[] codes = [500, 501, 503, 504, 521, 530, 535, 541, 550, 551, 553, 554, 571];
        string[] statuses = ["", "5.0.0 ", "5.1.0 ", "5.1.1 ", "5.5.0 "];
        Random random = new(seed);
        for (int i = 0; i < 400; i++)
        {
            bool isFinal = i % 4 == 0;
            string[] pieces = [Pick(MisleadingNames), Cased(Pick(isFinal ? final : curable)), Pick(MisleadingNames)];
            string said = $"{codes[random.Next(codes.Length)]} {Pick(statuses)}{string.Join(": ", pieces)}";
            Assert.That(Refused("RCPT", said).Verdict, Is.EqualTo(isFinal ? DeliveryVerdict.Permanent : DeliveryVerdict.Transient), said);
        }

        string Pick(string[] of) => of[random.Next(of.Length)];

        string Cased(string text) => random.Next(3) switch { 0 => text.ToUpperInvariant(), 1 => text.ToLowerInvariant(), _ => text };
    }

    [TestCase("535 5.7.8 Error: authentication failed", "check SMTP_USER and SMTP_PASSWORD")]
    [TestCase("534 5.7.9 Application-specific password required", "app password")]
    [TestCase("535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant", "switched off")]
    [TestCase("504 5.7.4 Unrecognized authentication type", "does not take a login by PLAIN or LOGIN")]
    [TestCase("538 5.7.11 Encryption required", "SMTP_SECURITY")]
    [TestCase("454 4.7.0 Temporary authentication failure", "cannot check the login now")]
    public void The_advice_after_a_refused_login_fits_what_was_refused(string said, string advice) =>
        Assert.That(SmtpRefusals.LoginRefused(Some.Settings, ["PLAIN", "LOGIN"], Reply(said)), Does.Contain(advice));

    private static DeliveryResult Refused(string step, string said, bool isOneRecipient = true) =>
        SmtpRefusals.Of(Some.Settings, step, Reply(said), isOneRecipient && step != "MAIL", "worker.test");

    private static SmtpReply Reply(string said)
    {
        string[] lines = said.Split('\n');
        return new SmtpReply(int.Parse(lines[0][..3]), [.. lines.Select(line => line[4..])]);
    }
}
