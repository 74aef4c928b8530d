using System.Net.Sockets;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Mail;

namespace Athena.Common.Tests.Notify.Channels.Mail;

/// <summary>TLS, certificates and logins. Each scenario also with answers that arrive byte by byte.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class SmtpProtectionTests(bool oneByteAtATime) : SmtpScenario(oneByteAtATime)
{
    [Test]
    public async Task Sends_nothing_when_STARTTLS_is_missing()
    {
        await using ScriptedServer server = Play(Hello + "HANG");
        DeliveryResult result = await SendAsync(server, Protected);
        await server.PlayedAsync();

        Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Transient));
        Assert.That(result.Detail, Does.Contain("does not offer STARTTLS").And.Contain("SMTP_SECURITY"));
        Assert.That(server.Heard, Is.EqualTo(new[] { "EHLO worker.test" }));
    }

    [Test]
    public async Task Protects_the_way_and_believes_only_what_is_offered_then()
    {
        await using ScriptedServer server = ScriptedServer.Start(OneByteAtATime, Authority.Issue(), """
            S: 220 mail.test
            C: EHLO worker.test
            S: 250-mail.test
            S: 250-STARTTLS
            S: 250 AUTH LOGIN
            C: STARTTLS
            S: 220 2.0.0 Ready
            TLS
            C: EHLO worker.test
            S: 250-mail.test
            S: 250-AUTH PLAIN LOGIN
            S: 250 SIZE 1000000
            C: AUTH PLAIN AGdyYWZhbmEAaHVudGVyLTIyLU9LLTI1MA==
            S: 235 2.7.0 Welcome

            """ + OneMail + Goodbye);
        DeliveryResult result = await SendAsync(server, SignedIn);
        await server.PlayedAsync();

        Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Accepted), result.Detail);
        AssertNoSecretIn(Trace);
        Assert.That(Trace, Does.Contain("C: AUTH PLAIN ****"));
    }

    [Test]
    public async Task Speaks_TLS_from_the_first_byte_when_asked_to()
    {
        await using ScriptedServer server = ScriptedServer.Start(OneByteAtATime, Authority.Issue(), "TLS\n" + Hello + OneMail + Goodbye);
        DeliveryResult result = await SendAsync(server, Protected with { Security = SmtpSecurity.ImplicitTls });
        await server.PlayedAsync();

        Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Accepted), result.Detail);
    }

    [TestCase("unknown authority", "SMTP_CA_FILE")]
    [TestCase("another name", "another name (mail.elsewhere.example)")]
    [TestCase("expired", "expired")]
    public async Task Sends_nothing_to_a_server_with_a_wrong_certificate(string fault, string said)
    {
        using var certificate = Authority.Issue(fault == "another name" ? "mail.elsewhere.example" : null, fault == "expired");
        await using ScriptedServer server = ScriptedServer.Start(OneByteAtATime, certificate, """
            S: 220 mail.test
            C: EHLO worker.test
            S: 250-mail.test
            S: 250 STARTTLS
            C: STARTTLS
            S: 220 Ready
            TLS
            HANG
            """);
        DeliveryResult result = await SendAsync(server, fault == "unknown authority" ? SignedIn with { CaFile = null } : SignedIn);

        Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Transient));
        Assert.That(result.Detail, Does.Contain($"the certificate of 127.0.0.1:{server.Port} is not good").And.Contain(said));
        Assert.That(server.Heard, Is.EqualTo(new[] { "EHLO worker.test", "STARTTLS" }));
    }

    [Test]
    public async Task Refuses_words_that_came_in_clear_with_the_answer_to_STARTTLS()
    {
        // CVE-2011-0411 seen from the client: somebody between puts answers into the clear part, to be believed inside TLS.
        await using ScriptedServer server = ScriptedServer.Start(OneByteAtATime, Authority.Issue(), """
            S: 220 mail.test
            C: EHLO worker.test
            S: 250-mail.test
            S: 250 STARTTLS
            C: STARTTLS
            S: 220 Ready
            S: 250-mail.evil
            S: 250 AUTH PLAIN
            TLS
            HANG
            """);
        DeliveryResult result = await SendAsync(server, SignedIn);

        Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Transient));
        // Byte by byte the words may still be on their way when TLS begins; then they are no TLS, and that is an end too.
        Assert.That(result.Detail, OneByteAtATime
            ? Does.Contain("more than its answer").Or.Contain("TLS")
            : Does.Contain("more than its answer"));
        Assert.That(server.Heard, Is.EqualTo(new[] { "EHLO worker.test", "STARTTLS" }));
    }

    [TestCase("""
        S: 250-mail.test
        S: 250-AUTH PLAIN
        S: 250 SIZE 1000000
        C: AUTH PLAIN AGdyYWZhbmEAaHVudGVyLTIyLU9LLTI1MA==
        S: 235 2.7.0 Welcome
        """, TestName = "Signs_in_where_only_PLAIN_is_offered")]
    [TestCase("""
        S: 250-mail.test
        S: 250-AUTH PLAIN
        S: 250 SIZE 1000000
        C: AUTH PLAIN *
        S: 334
        C: AGdyYWZhbmEAaHVudGVyLTIyLU9LLTI1MA==
        S: 235 2.7.0 Welcome
        """, TestName = "Signs_in_where_PLAIN_ignores_the_initial_response")]
    [TestCase("""
        S: 250-mail.test
        S: 250-AUTH=LOGIN
        S: 250 SIZE 1000000
        C: AUTH LOGIN
        S: 334 VXNlcm5hbWU6
        C: Z3JhZmFuYQ==
        S: 334 UGFzc3dvcmQ6
        C: aHVudGVyLTIyLU9LLTI1MA==
        S: 235 2.7.0 Welcome
        """, TestName = "Signs_in_where_only_LOGIN_is_offered_in_the_old_way")]
    [TestCase("""
        S: 250-mail.test
        S: 250-AUTH PLAIN LOGIN
        S: 250 SIZE 1000000
        C: AUTH PLAIN *
        S: 504 5.7.4 Unrecognized authentication type
        C: AUTH LOGIN
        S: 334 VXNlcm5hbWU6
        C: Z3JhZmFuYQ==
        S: 334 UGFzc3dvcmQ6
        C: aHVudGVyLTIyLU9LLTI1MA==
        S: 235 2.7.0 Welcome
        """, TestName = "Signs_in_by_LOGIN_where_PLAIN_is_offered_and_not_known")]
    [TestCase("""
        S: 250-mail.test
        S: 250-AUTH LOGIN PLAIN
        S: 250 SIZE 1000000
        C: AUTH PLAIN *
        S: 534 5.7.9 Too weak
        C: AUTH LOGIN
        S: 334 VXNlcm5hbWU6
        C: Z3JhZmFuYQ==
        S: 334 UGFzc3dvcmQ6
        C: aHVudGVyLTIyLU9LLTI1MA==
        S: 235 2.7.0 Welcome
        """, TestName = "Signs_in_by_LOGIN_where_PLAIN_is_offered_and_too_weak")]
    [TestCase("""
        S: 250-mail.test
        S: 250-AUTH PLAIN LOGIN
        S: 250 SIZE 1000000
        C: AUTH PLAIN *
        S: 501 5.5.4 Syntax: no initial response here
        C: AUTH LOGIN
        S: 334 VXNlcm5hbWU6
        C: Z3JhZmFuYQ==
        S: 334 UGFzc3dvcmQ6
        C: aHVudGVyLTIyLU9LLTI1MA==
        S: 235 2.7.0 Welcome
        """, TestName = "Signs_in_by_LOGIN_where_PLAIN_is_not_understood")]
    public async Task Signs_in(string dialogue)
    {
        await using ScriptedServer server = Play("S: 220 mail.test\nC: EHLO worker.test\n" + dialogue + "\n" + OneMail + Goodbye);
        DeliveryResult result = await SendAsync(server, SignedIn with { Security = SmtpSecurity.None });
        await server.PlayedAsync();

        Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Accepted), result.Detail);
        AssertNoSecretIn(Trace);
    }

    [Test]
    public async Task Says_what_to_check_when_the_login_is_refused_and_never_the_secret()
    {
        await using ScriptedServer server = Play("""
            S: 220 mail.test
            C: EHLO worker.test
            S: 250-mail.test
            S: 250 AUTH PLAIN
            C: AUTH PLAIN *
            S: 535 5.7.8 Error: hunter-22-OK-250 (AGdyYWZhbmEAaHVudGVyLTIyLU9LLTI1MA==) is wrong
            HANG
            """);
        DeliveryResult result = await SendAsync(server, SignedIn with { Security = SmtpSecurity.None });
        await server.PlayedAsync();

        Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Transient), "somebody may put the password right");
        Assert.That(result.Detail, Does.Contain("check SMTP_USER and SMTP_PASSWORD (535 5.7.8 Error: **** (****) is wrong)"));
        AssertNoSecretIn([.. Trace, result.Detail]);
    }

    [Test]
    public async Task A_password_that_was_refused_is_not_tried_again_in_another_way()
    {
        await using ScriptedServer server = Play("""
            S: 220 mail.test
            C: EHLO worker.test
            S: 250-mail.test
            S: 250 AUTH PLAIN LOGIN
            C: AUTH PLAIN *
            S: 535 5.7.8 No
            HANG
            """);
        DeliveryResult result = await SendAsync(server, SignedIn with { Security = SmtpSecurity.None });
        await server.PlayedAsync();

        Assert.That(result.Detail, Does.Contain("check SMTP_USER and SMTP_PASSWORD"));
        Assert.That(server.Heard, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_server_that_asks_again_and_again_is_left()
    {
        string asks = string.Concat(Enumerable.Repeat("S: 334 VXNlcm5hbWU6\nC: *\n", 5));
        await using ScriptedServer server = Play(
            "S: 220 mail.test\nC: EHLO worker.test\nS: 250-mail.test\nS: 250 AUTH LOGIN\nC: AUTH LOGIN\n" + asks);
        DeliveryResult result = await SendAsync(server, SignedIn with { Security = SmtpSecurity.None });

        Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Transient));
        Assert.That(result.Detail, Does.Contain("asks again and again"));
        AssertNoSecretIn([.. Trace, result.Detail]);
    }

    [Test]
    public async Task Names_the_logins_it_does_not_know()
    {
        await using ScriptedServer server = Play("""
            S: 220 mail.test
            C: EHLO worker.test
            S: 250-mail.test
            S: 250 AUTH GSSAPI NTLM
            HANG
            """);
        DeliveryResult result = await SendAsync(server, SignedIn with { Security = SmtpSecurity.None });

        Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Transient));
        Assert.That(result.Detail, Does.Contain("GSSAPI NTLM"));
    }

    [Test]
    public async Task Checks_the_login_without_sending()
    {
        await using ScriptedServer server = ScriptedServer.Start(OneByteAtATime, Authority.Issue(), """
            S: 220 mail.test
            C: EHLO worker.test
            S: 250-mail.test
            S: 250 STARTTLS
            C: STARTTLS
            S: 220 Ready
            TLS
            C: EHLO worker.test
            S: 250-mail.test
            S: 250 AUTH PLAIN
            C: AUTH PLAIN *
            S: 235 2.7.0 Welcome
            C: NOOP
            S: 250 Ok
            """ + Goodbye);
        await using MailChannel transport = Transport(server, SignedIn);
        LoginCheck check = await transport.TestLoginAsync(default);
        await server.PlayedAsync();

        Assert.That((check.IsGood, check.IsOffered), Is.EqualTo((true, true)), check.Sentence);
        Assert.That(check.Sentence, Does.Match(
            $@"\A127.0.0.1:{server.Port} answers: Tls1[23], certificate good until 2169-01-01, login accepted\z"));
    }

    [Test]
    public async Task A_check_tells_of_a_server_that_takes_no_login()
    {
        await using ScriptedServer server = Play("""
            S: 220 mail.test
            C: EHLO worker.test
            S: 250-mail.test
            S: 250 SIZE 1000000
            C: NOOP
            S: 250 Ok
            """ + Goodbye);
        await using MailChannel transport = new(Plain with { Port = server.Port }, Time);
        LoginCheck check = await transport.TestLoginAsync(default);

        Assert.That((check.IsGood, check.IsOffered), Is.EqualTo((true, false)), check.Sentence);
    }

    [Test]
    public async Task A_check_of_a_server_that_is_not_there_says_so()
    {
        int port;
        await using (ScriptedServer server = Play("CLOSE"))
            port = server.Port;
        await using MailChannel transport = new(Plain with { Port = port }, Time);
        LoginCheck check = await transport.TestLoginAsync(default);

        Assert.That(check.IsGood, Is.False);
        Assert.That(check.Sentence, Does.StartWith($"127.0.0.1:{port} is not reachable"));
    }

    [TestCase(SocketError.HostNotFound, "the name mail.test cannot be resolved: check SMTP_HOST and the name server")]
    [TestCase(SocketError.TryAgain, "the name mail.test cannot be resolved: check SMTP_HOST and the name server")]
    [TestCase(SocketError.ConnectionRefused, "mail.test:587 is not reachable: ")]
    public void A_name_that_nobody_knows_is_told_from_a_server_that_is_not_there(SocketError error, string said) =>
        Assert.That(SmtpSession.Unreached("mail.test", "mail.test:587", new SocketException((int)error)), Does.StartWith(said));
}
