using System.Text;
using Athena.Common.Notifications;
using Athena.Common.Notifications.Smtp;

namespace Athena.Common.Tests.Notifications;

/// <summary>What is said to a server, and what is made of its answers. Each scenario also with answers that arrive byte by byte.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class SmtpDialogueTests(bool oneByteAtATime)
{
    private const string Hello = """
        S: 220 mail.test ESMTP
        C: EHLO worker.test
        S: 250-mail.test
        S: 250 SIZE 1000000

        """;

    private const string Goodbye = """

        C: QUIT
        S: 221 2.0.0 Bye
        """;

    private const string OneMail = """
        C: MAIL FROM:<grafana@hospital.example> SIZE=*
        S: 250 2.1.0 Ok
        C: RCPT TO:<admin@hospital.example>
        S: 250 2.1.5 Ok
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        MAIL
        S: 250 2.0.0 Ok: queued as 4F3A
        """;

    private readonly ManualTime _time = new(Some.Morning);
    private readonly List<string> _trace = [];
    private readonly TestAuthority _authority = new();

    [SetUp]
    public void StartAfresh() => _trace.Clear();

    [OneTimeTearDown]
    public void Clean() => _authority.Dispose();

    [Test]
    public async Task Hands_a_mail_over_and_records_who_accepted_it_when()
    {
        await using ScriptedServer server = Play(Hello + OneMail + Goodbye);
        DeliveryResult result = await SendAsync(server, Plain);
        await server.PlayedAsync();

        Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Accepted));
        Assert.That(result.Detail, Is.EqualTo($"accepted by 127.0.0.1:{server.Port} at 2026-11-21T04:30:15Z, 250 2.0.0 Ok: queued as 4F3A"));
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
        await using ScriptedServer server = ScriptedServer.Start(oneByteAtATime, _authority.Issue(), """
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
        AssertNoSecretIn(_trace);
        Assert.That(_trace, Does.Contain("C: AUTH PLAIN ****"));
    }

    [Test]
    public async Task Speaks_TLS_from_the_first_byte_when_asked_to()
    {
        await using ScriptedServer server = ScriptedServer.Start(oneByteAtATime, _authority.Issue(), "TLS\n" + Hello + OneMail + Goodbye);
        DeliveryResult result = await SendAsync(server, Protected with { Security = SmtpSecurity.ImplicitTls });
        await server.PlayedAsync();

        Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Accepted), result.Detail);
    }

    [TestCase("unknown authority", "SMTP_CA_FILE")]
    [TestCase("another name", "another name (mail.elsewhere.example)")]
    [TestCase("expired", "expired")]
    public async Task Sends_nothing_to_a_server_with_a_wrong_certificate(string fault, string said)
    {
        using var certificate = _authority.Issue(fault == "another name" ? "mail.elsewhere.example" : null, fault == "expired");
        await using ScriptedServer server = ScriptedServer.Start(oneByteAtATime, certificate, """
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
        await using ScriptedServer server = ScriptedServer.Start(oneByteAtATime, _authority.Issue(), """
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
        Assert.That(result.Detail, oneByteAtATime
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
    public async Task Signs_in(string dialogue)
    {
        await using ScriptedServer server = Play("S: 220 mail.test\nC: EHLO worker.test\n" + dialogue + "\n" + OneMail + Goodbye);
        DeliveryResult result = await SendAsync(server, SignedIn with { Security = SmtpSecurity.None });
        await server.PlayedAsync();

        Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Accepted), result.Detail);
        AssertNoSecretIn(_trace);
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
        AssertNoSecretIn([.. _trace, result.Detail]);
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

    [TestCase("S: 421 4.3.2 Shutting down\nCLOSE", TestName = "421_as_a_greeting")]
    [TestCase(Hello + "C: MAIL *\nS: 421 4.3.2 Shutting down\nCLOSE", TestName = "421_at_the_sender")]
    [TestCase(Hello + "C: MAIL *\nS: 250 Ok\nC: RCPT *\nS: 421 4.3.2 Shutting down\nCLOSE", TestName = "421_at_the_recipient")]
    [TestCase(Hello + "C: MAIL *\nS: 250 Ok\nC: RCPT *\nS: 250 Ok\nC: DATA\nS: 421 4.3.2 Shutting down\nCLOSE", TestName = "421_at_DATA")]
    public async Task A_server_that_closes_the_session_is_tried_again_later(string dialogue)
    {
        await using ScriptedServer server = Play(dialogue);
        DeliveryResult result = await SendAsync(server, Plain);
        await server.PlayedAsync();

        Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Transient));
        Assert.That(result.Detail, Does.Contain("closed the session").And.Contain("421 4.3.2 Shutting down").And.Not.Contain("may have been accepted"));
    }

    [Test]
    public async Task Silence_after_the_final_dot_may_mean_that_it_was_accepted()
    {
        await using ScriptedServer server = Play(Hello + OneMail.Replace("S: 250 2.0.0 Ok: queued as 4F3A", "HANG"));
        Task<DeliveryResult> sending = SendAsync(server, Plain);
        await _time.TimerSet(Plain.FinalReplyTimeout);
        _time.Advance(Plain.FinalReplyTimeout);
        DeliveryResult result = await sending;

        Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Transient));
        Assert.That(result.Detail, Does.Contain("did not answer the end of the message within 600 s; it may have been accepted")
            .And.Contain(new MailWriter(Plain).MessageId(Some.Mail().Key)));
    }

    [Test]
    public async Task Silence_at_any_other_step_ends_after_its_time()
    {
        await using ScriptedServer server = Play("HANG");
        SmtpSettings settings = Plain with { Timeout = TimeSpan.FromSeconds(7) };
        Task<DeliveryResult> sending = SendAsync(server, settings);
        while (!sending.IsCompleted)
        {
            await Task.WhenAny(sending, _time.TimerSet(settings.Timeout));
            _time.Advance(settings.Timeout);
        }

        Assert.That((await sending).Verdict, Is.EqualTo(DeliveryVerdict.Transient));
        Assert.That((await sending).Detail, Does.Contain("within 7 s"));
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
        OutgoingMail mail = Some.Mail("k", [.. hostile, "admin@hospital.example"]) with
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
            C: MAIL FROM:<grafana@hospital.example> BODY=8BITMIME SMTPUTF8
            S: 250 Ok
            C: RCPT TO:<ünï@xn--exmple-cua.org>
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
        Assert.That(server.Messages[1], Does.Contain("To: ünï@xn--exmple-cua.org, admin@hospital.example\r\n"));
    }

    [Test]
    public async Task An_address_outside_ASCII_is_refused_where_the_server_cannot_and_the_others_get_the_mail()
    {
        await using ScriptedServer server = Play(Hello + OneMail + Goodbye);
        var results = await SendAsync(server, Plain, Some.Mail("k", "ünï@exämple.org", "admin@hospital.example"));
        await server.PlayedAsync();

        Assert.That(results["admin@hospital.example"].Verdict, Is.EqualTo(DeliveryVerdict.Accepted));
        Assert.That(results["ünï@exämple.org"].Verdict, Is.EqualTo(DeliveryVerdict.Permanent));
        Assert.That(results["ünï@exämple.org"].Detail, Does.Contain("SMTPUTF8"));
    }

    [TestCase("C: MAIL *\nS: 550 5.7.1 Sender not yours", DeliveryVerdict.Transient, "check MAIL_FROM")]
    [TestCase("C: MAIL *\nS: 552 5.3.4 Too large", DeliveryVerdict.Permanent, "too large")]
    [TestCase("C: MAIL *\nS: 530 5.7.0 Authentication required", DeliveryVerdict.Transient, "set SMTP_USER and SMTP_PASSWORD")]
    [TestCase("C: MAIL *\nS: 250 Ok\nC: RCPT *\nS: 250 Ok\nC: DATA\nS: 354 Go\nMAIL\nS: 554 5.7.1 Spam", DeliveryVerdict.Permanent, "554 5.7.1 Spam")]
    [TestCase("C: MAIL *\nS: 250 Ok\nC: RCPT *\nS: 250 Ok\nC: DATA\nS: 354 Go\nMAIL\nS: 452 4.3.1 Disk full", DeliveryVerdict.Transient, "452 4.3.1 Disk full")]
    [TestCase("C: MAIL *\nS: 250 Ok\nC: RCPT *\nS: 250 Ok\nC: DATA\nS: 451 4.3.0 Later", DeliveryVerdict.Transient, "451 4.3.0 Later")]
    public async Task Tells_what_a_person_can_put_right_from_what_is_final(string dialogue, DeliveryVerdict verdict, string said)
    {
        await using ScriptedServer server = Play(Hello + dialogue + Goodbye);
        DeliveryResult result = await SendAsync(server, Plain);
        await server.PlayedAsync();

        Assert.That(result.Verdict, Is.EqualTo(verdict), result.Detail);
        Assert.That(result.Detail, Does.Contain(said));
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

        Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Permanent));
        Assert.That(result.Detail, Does.Contain("at most 100 octets"));
    }

    [TestCase("S: HTTP/1.1 400 Bad Request\nHANG", "does not speak SMTP")]
    [TestCase("S: 220-one\nS: 221 two\nHANG", "does not speak SMTP")]
    [TestCase("S: 220-\u202Eone\nS: 999 two\nHANG", "does not speak SMTP")]
    [TestCase("S: 554 No service here\nHANG", "turned us away: 554 No service here")]
    [TestCase("CLOSE", "closed the connection")]
    public async Task Whatever_else_answers_is_no_mail_server(string dialogue, string said)
    {
        await using ScriptedServer server = Play(dialogue);
        DeliveryResult result = await SendAsync(server, Plain);

        Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Transient));
        Assert.That(result.Detail, Does.Contain(said));
    }

    [Test]
    public async Task An_endless_line_or_an_endless_answer_is_cut_off()
    {
        await using ScriptedServer line = Play($"S: 220 {new string('x', 3000)}\nHANG");
        Assert.That((await SendAsync(line, Plain)).Detail, Does.Contain("a line is longer than"));

        await using ScriptedServer answer = Play(string.Concat(Enumerable.Repeat("S: 220-more\n", 200)) + "HANG");
        Assert.That((await SendAsync(answer, Plain)).Detail, Does.Contain("does not speak SMTP"));
    }

    [Test]
    public async Task A_storm_of_mails_is_one_connection()
    {
        await using ScriptedServer server = Play(Hello + string.Join("\n", Enumerable.Repeat(OneMail, 50)) + Goodbye);
        await using SmtpTransport transport = Transport(server, Plain);
        for (int i = 0; i < 50; i++)
        {
            OutgoingMail mail = Some.Mail($"storm/{i}");
            var results = await transport.SendAsync(mail, Some.Morning, mail.Recipients, default);
            Assert.That(results.Values.Single().Verdict, Is.EqualTo(DeliveryVerdict.Accepted));
        }

        await transport.EndBatchAsync(default);
        await server.PlayedAsync();
        Assert.That(server.Messages, Has.Count.EqualTo(50));
    }

    [Test]
    public async Task A_session_that_the_server_ends_between_two_mails_is_opened_again_at_once()
    {
        await using ScriptedServer server = Play(
            Hello + OneMail + "\nC: MAIL *\nS: 421 4.7.0 One mail a session\nCLOSE", Hello + OneMail + Goodbye);
        await using SmtpTransport transport = Transport(server, Plain);
        foreach (string key in new[] { "first", "second" })
        {
            var results = await transport.SendAsync(Some.Mail(key), Some.Morning, Some.Mail().Recipients, default);
            Assert.That(results.Values.Single().Verdict, Is.EqualTo(DeliveryVerdict.Accepted));
        }

        await transport.EndBatchAsync(default);
        await server.PlayedAsync();
    }

    [Test]
    public async Task One_refused_login_is_enough_for_a_batch()
    {
        await using ScriptedServer server = Play("""
            S: 220 mail.test
            C: EHLO worker.test
            S: 250-mail.test
            S: 250 AUTH PLAIN
            C: AUTH PLAIN *
            S: 535 5.7.8 No
            HANG
            """);
        await using SmtpTransport transport = Transport(server, SignedIn with { Security = SmtpSecurity.None });
        for (int i = 0; i < 3; i++)
        {
            var results = await transport.SendAsync(Some.Mail($"{i}"), Some.Morning, Some.Mail().Recipients, default);
            Assert.That(results.Values.Single().Detail, Does.Contain("refused the login"));
        }

        await server.PlayedAsync();
        Assert.That(server.Heard.Count(command => command.StartsWith("AUTH", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task An_aborted_transaction_is_reset_before_the_next_mail()
    {
        await using ScriptedServer server = Play(
            Hello + "C: MAIL *\nS: 250 Ok\nC: RCPT *\nS: 550 5.1.1 No\nC: RSET\nS: 250 Ok\n" + OneMail + Goodbye);
        await using SmtpTransport transport = Transport(server, Plain);
        var first = await transport.SendAsync(Some.Mail("first"), Some.Morning, Some.Mail().Recipients, default);
        var second = await transport.SendAsync(Some.Mail("second"), Some.Morning, Some.Mail().Recipients, default);
        await transport.EndBatchAsync(default);
        await server.PlayedAsync();

        Assert.That(first.Values.Single().Verdict, Is.EqualTo(DeliveryVerdict.Permanent));
        Assert.That(second.Values.Single().Verdict, Is.EqualTo(DeliveryVerdict.Accepted));
    }

    [Test]
    public async Task Checks_the_login_without_sending()
    {
        await using ScriptedServer server = ScriptedServer.Start(oneByteAtATime, _authority.Issue(), """
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
        await using SmtpTransport transport = Transport(server, SignedIn);
        LoginCheck check = await transport.TestLoginAsync(default);
        await server.PlayedAsync();

        Assert.That(check.IsGood, Is.True, check.Sentence);
        Assert.That(check.Sentence, Does.Match($@"\A127.0.0.1:{server.Port} answers: Tls1[23], certificate good until 2169-01-01, login accepted\z"));
    }

    [Test]
    public async Task A_check_of_a_server_that_is_not_there_says_so()
    {
        int port;
        await using (ScriptedServer server = Play("CLOSE"))
            port = server.Port;
        await using SmtpTransport transport = new(Plain with { Port = port }, _time);
        LoginCheck check = await transport.TestLoginAsync(default);

        Assert.That(check.IsGood, Is.False);
        Assert.That(check.Sentence, Does.StartWith($"127.0.0.1:{port} is not reachable"));
    }

    [Test]
    public async Task Ends_at_once_when_told_to_stop()
    {
        await using ScriptedServer server = Play("HANG");
        await using SmtpTransport transport = Transport(server, Plain);
        using CancellationTokenSource stop = new();
        Task sending = transport.SendAsync(Some.Mail(), Some.Morning, Some.Mail().Recipients, stop.Token);
        await stop.CancelAsync();

        Assert.That(async () => await sending, Throws.InstanceOf<OperationCanceledException>());
    }

    private static SmtpSettings Plain => Some.Settings;

    private SmtpSettings Protected => Some.Settings with { Security = SmtpSecurity.StartTls, CaFile = _authority.CaFile };

    private SmtpSettings SignedIn => Protected with { User = "grafana", Password = "hunter-22-OK-250" };

    private ScriptedServer Play(params string[] transcripts) => ScriptedServer.Start(oneByteAtATime, null, transcripts);

    private SmtpTransport Transport(ScriptedServer server, SmtpSettings settings) =>
        new(settings with { Port = server.Port }, _time, trace: _trace.Add);

    private async Task<DeliveryResult> SendAsync(ScriptedServer server, SmtpSettings settings) =>
        (await SendAsync(server, settings, Some.Mail())).Values.Single();

    private async Task<IReadOnlyDictionary<string, DeliveryResult>> SendAsync(ScriptedServer server, SmtpSettings settings, OutgoingMail mail)
    {
        await using SmtpTransport transport = Transport(server, settings);
        var results = await transport.SendAsync(mail, Some.Morning, mail.Recipients, default);
        await transport.EndBatchAsync(default);
        return results;
    }

    private static void AssertNoSecretIn(IEnumerable<string> texts)
    {
        string all = string.Join('\n', texts);
        Assert.That(all, Does.Not.Contain("hunter").And.Not.Contain("aHVudGVy").And.Not.Contain("AGdyYWZhbmEA"));
    }
}
