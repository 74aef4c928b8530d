using System.Text;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Mail;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Notify.Channels.Mail;

/// <summary>What is said to a server, and what is made of its answers. Each scenario also with answers that arrive byte by byte.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class SmtpDialogueTests(bool oneByteAtATime) : SmtpScenario(oneByteAtATime)
{
    [Test]
    public async Task Hands_a_mail_over_and_records_who_accepted_it_when()
    {
        await using ScriptedServer server = Play(Hello + OneMail + Goodbye);
        DeliveryResult result = await SendAsync(server, Plain);
        await server.PlayedAsync();

        Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Accepted));
        Assert.That(
            result.Detail, Is.EqualTo($"accepted by 127.0.0.1:{server.Port} at 2026-11-21 04:30:15 UTC, 250 2.0.0 Ok: queued as 4F3A"));
        Assert.That(server.Messages.Single(), Does.Contain("Subject: Locked, waiting for you\r\n"));
    }

    [Test]
    public async Task Falls_back_to_HELO_for_a_server_that_knows_no_EHLO()
    {
        await using ScriptedServer server = Play("""
            S: 220 old.test
            C: EHLO worker.test
            S: 502 5.5.1 Unknown
            C: HELO worker.test
            S: 250 old.test

            """ + OneMail.Replace(" SIZE=*", "") + Goodbye);
        DeliveryResult result = await SendAsync(server, Plain);
        await server.PlayedAsync();

        Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Accepted), result.Detail);
    }

    [Test]
    public async Task One_refused_recipient_does_not_keep_the_mail_from_the_others()
    {
        await using ScriptedServer server = Play(Hello + """
            C: MAIL *
            S: 250 2.1.0 Ok
            C: RCPT TO:<one@hospital.example>
            S: 250 2.1.5 Ok
            C: RCPT TO:<two@hospital.example>
            S: 550 5.1.1 <two@hospital.example>: no such user
            C: RCPT TO:<three@hospital.example>
            S: 451 4.2.0 Greylisted
            C: DATA
            S: 354 Go on
            MAIL
            S: 250 2.0.0 Ok
            """ + Goodbye);
        string[] recipients = ["one@hospital.example", "two@hospital.example", "three@hospital.example"];
        var results = await SendAsync(server, Plain, Some.Mail("k", recipients));
        await server.PlayedAsync();

        Assert.That(recipients.Select(recipient => results[recipient].Verdict), Is.EqualTo(new[]
        {
            DeliveryVerdict.Accepted, DeliveryVerdict.Permanent, DeliveryVerdict.Transient,
        }));
        Assert.That(results["two@hospital.example"].Detail, Does.Contain("550 5.1.1"));
        Assert.That(results["three@hospital.example"].Detail, Does.Contain("451 4.2.0 Greylisted"));
        Assert.That(server.Messages.Single(), Does.Contain("To: one@hospital.example, two@hospital.example, three@hospital.example\r\n"));
    }

    [Test]
    public async Task What_is_no_plain_address_never_reaches_the_server()
    {
        await using ScriptedServer server = Play(Hello + OneMail + Goodbye);
        string[] hostile = ["crlf@example.org>\r\nRCPT TO:<boss@example.org", "two@example.org,three@example.org", "null\0@example.org"];
        OutgoingMessage mail = Some.Mail("k", [.. hostile, "admin@hospital.example"]) with
        {
            Subject = "Locked: x\r\nBcc: boss@example.org\r\n\r\nnew body \u2028 \0 end",
            Text = "line\r\n.\r\nMAIL FROM:<evil@example.org>\n.\n..\n",
        };
        SmtpSettings settings = Plain with { FromName = "Athena\r\nBcc: boss@example.org" };
        var results = await SendAsync(server, settings, mail);
        await server.PlayedAsync();

        foreach (string address in hostile)
            Assert.That(results[address].Verdict, Is.EqualTo(DeliveryVerdict.Permanent));
        Assert.That(results["admin@hospital.example"].Verdict, Is.EqualTo(DeliveryVerdict.Accepted));
        string message = server.Messages.Single();
        Assert.That(message, Does.Not.Contain("\nBcc:").And.Contain("\r\nTo: admin@hospital.example\r\n"));
        Assert.That(message, Does.Contain("line\r\n..\r\nMAIL FROM:<evil@example.org>\r\n..\r\n...\r\n"), "dots are stuffed");
    }

    [Test]
    public async Task An_address_outside_ASCII_gets_a_transaction_of_its_own_where_the_server_can()
    {
        await using ScriptedServer server = Play("""
            S: 220 mail.test
            C: EHLO worker.test
            S: 250-mail.test
            S: 250-8BITMIME
            S: 250 SMTPUTF8
            C: MAIL FROM:<grafana@hospital.example>
            S: 250 Ok
            C: RCPT TO:<admin@hospital.example>
            S: 250 Ok
            C: DATA
            S: 354 Go on
            MAIL
            S: 250 Ok one
            """ + Goodbye, """
            S: 220 mail.test
            C: EHLO worker.test
            S: 250-mail.test
            S: 250-8BITMIME
            S: 250 SMTPUTF8
            C: MAIL FROM:<grafana@hospital.example> SMTPUTF8
            S: 250 Ok
            C: RCPT TO:<ünï@exämple.org>
            S: 250 Ok
            C: DATA
            S: 354 Go on
            MAIL
            S: 250 Ok two
            """ + Goodbye);
        var results = await SendAsync(server, Plain, Some.Mail("k", "ünï@exämple.org", "admin@hospital.example"));
        await server.PlayedAsync();

        Assert.That(results["admin@hospital.example"].Detail, Does.EndWith("250 Ok one"));
        Assert.That(results["ünï@exämple.org"].Detail, Does.EndWith("250 Ok two"));
        Assert.That(Ascii.IsValid(server.Messages[0]), Is.True);
        Assert.That(server.Messages[1], Does.Contain("To: ünï@exämple.org, admin@hospital.example\r\n"));
    }

    [Test]
    public async Task An_address_outside_ASCII_is_refused_where_the_server_cannot_and_the_others_get_the_mail()
    {
        await using ScriptedServer server = Play(Hello + OneMail + Goodbye, Hello + Goodbye);
        var results = await SendAsync(server, Plain, Some.Mail("k", "ünï@exämple.org", "admin@hospital.example"));
        await server.PlayedAsync();

        Assert.That(results["admin@hospital.example"].Verdict, Is.EqualTo(DeliveryVerdict.Accepted));
        Assert.That(results["ünï@exämple.org"].Verdict, Is.EqualTo(DeliveryVerdict.Permanent));
        Assert.That(results["ünï@exämple.org"].Detail, Does.Contain("SMTPUTF8"));
    }

    [TestCase("C: MAIL *\nS: 550 5.7.1 Sender not yours", DeliveryVerdict.Transient, "check MAIL_FROM")]
    [TestCase("C: MAIL *\nS: 552 5.3.4 Too large", DeliveryVerdict.Transient, "too large")]
    [TestCase(
        "C: MAIL *\nS: 250 Ok\nC: RCPT *\nS: 553 5.7.1 Sender address rejected: not owned by user",
        DeliveryVerdict.Transient,
        "check MAIL_FROM")]
    [TestCase(
        "C: MAIL *\nS: 250 Ok\nC: RCPT *\nS: 554 5.7.1 Relay access denied", DeliveryVerdict.Transient, "set SMTP_USER and SMTP_PASSWORD")]
    [TestCase("C: MAIL *\nS: 250 Ok\nC: RCPT *\nS: 550 5.1.1 User unknown", DeliveryVerdict.Permanent, "no such recipient")]
    [TestCase(
        "C: MAIL *\nS: 250 Ok\nC: RCPT *\nS: 250 Ok\nC: DATA\nS: 550 5.7.1 Sender address rejected",
        DeliveryVerdict.Transient,
        "check MAIL_FROM")]
    [TestCase("C: MAIL *\nS: 530 5.7.0 Authentication required", DeliveryVerdict.Transient, "set SMTP_USER and SMTP_PASSWORD")]
    [TestCase(
        "C: MAIL *\nS: 250 Ok\nC: RCPT *\nS: 250 Ok\nC: DATA\nS: 354 Go\nMAIL\nS: 554 5.7.1 Spam",
        DeliveryVerdict.Transient,
        "554 5.7.1 Spam")]
    [TestCase(
        "C: MAIL *\nS: 250 Ok\nC: RCPT *\nS: 250 Ok\nC: DATA\nS: 354 Go\nMAIL\nS: 452 4.3.1 Disk full",
        DeliveryVerdict.Transient,
        "452 4.3.1 Disk full")]
    [TestCase("C: MAIL *\nS: 250 Ok\nC: RCPT *\nS: 250 Ok\nC: DATA\nS: 451 4.3.0 Later", DeliveryVerdict.Transient, "451 4.3.0 Later")]
    public async Task Tells_what_a_person_can_put_right_from_what_is_final(string dialogue, DeliveryVerdict verdict, string said)
    {
        await using ScriptedServer server = Play(Hello + dialogue + Reset + Goodbye);
        DeliveryResult result = await SendAsync(server, Plain);
        await server.PlayedAsync();

        Assert.That(result.Verdict, Is.EqualTo(verdict), result.Detail);
        Assert.That(result.Detail, Does.Contain(said));
    }

    [TestCase("C: EHLO worker.test\nS: 421-4.7.0 Try again later, closing connection. (EHLO)\nS: 421 4.7.0 abc - gsmtp\nCLOSE")]
    [TestCase("C: EHLO worker.test\nCLOSE")]
    [TestCase("C: EHLO worker.test\nS: 550 5.7.1 Invalid name\nC: HELO worker.test\nS: 550 5.7.1 Invalid name\nCLOSE")]
    public async Task A_server_that_does_not_take_our_name_is_told_of_with_the_setting_for_it(string dialogue)
    {
        await using ScriptedServer server = Play("S: 220 mail.test\n" + dialogue);
        DeliveryResult result = await SendAsync(server, Plain);
        await server.PlayedAsync();

        Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Transient));
        Assert.That(result.Detail, Does.Contain("worker.test").And.Contain("SMTP_HELO"));
    }

    [Test]
    public async Task Without_a_name_it_gives_its_address_as_a_literal()
    {
        if (System.Net.Dns.GetHostName().Contains('.'))
            NotRun.Because("this machine has a full name, which is given then");
        await using ScriptedServer server = Play("S: 220 mail.test\nC: EHLO [127.0.0.1]\nS: 250 mail.test\nC: MAIL *\nS: 421 Bye\nCLOSE");
        await SendAsync(server, Plain with { HeloName = null });
        await server.PlayedAsync();
    }

    [Test]
    public async Task What_a_server_can_do_faster_or_in_8_bits_is_not_used()
    {
        await using ScriptedServer server = Play("""
            S: 220 mail.test
            C: EHLO worker.test
            S: 250-mail.test
            S: 250-PIPELINING
            S: 250-CHUNKING
            S: 250-BINARYMIME
            S: 250-DSN
            S: 250-SMTPUTF8
            S: 250-8BITMIME
            S: 250 SIZE
            C: MAIL FROM:<grafana@hospital.example>*
            S: 250 Ok
            C: RCPT TO:<naledi@xn--exmple-cua.org>
            S: 250 Ok
            C: DATA
            S: 354 Go on
            MAIL
            S: 250 Ok
            """ + Goodbye);
        var results = await SendAsync(server, Plain, Some.Mail("k", "naledi@exämple.org") with { Text = "Zoë" });
        await server.PlayedAsync();

        Assert.That(results.Values.Single().Verdict, Is.EqualTo(DeliveryVerdict.Accepted));
        Assert.That(
            server.Heard.Single(command => command.StartsWith("MAIL", StringComparison.Ordinal)),
            Does.Not.Contain("BODY").And.Not.Contain("UTF8"));
        Assert.That(Ascii.IsValid(server.Messages.Single()), Is.True);
    }

    [Test]
    public async Task A_mail_that_the_server_calls_too_large_is_not_even_begun()
    {
        await using ScriptedServer server = Play("""
            S: 220 mail.test
            C: EHLO worker.test
            S: 250-mail.test
            S: 250 SIZE 100
            """ + Goodbye);
        DeliveryResult result = await SendAsync(server, Plain);
        await server.PlayedAsync();

        Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Transient), "the server's limit is a setting, too");
        Assert.That(result.Detail, Does.Contain("at most 100 octets"));
    }
}
