using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Notify.Delivery;

namespace Athena.Common.Tests.Notify.Channels.Mail;

/// <summary>Silence, broken sessions, and several mails in one session. Each scenario also with answers that arrive byte by byte.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class SmtpSessionLifeTests(bool oneByteAtATime) : SmtpScenario(oneByteAtATime)
{
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
        Assert.That(result.Detail, Does.Contain("closed the session").And.Contain("421 4.3.2 Shutting down")
            .And.Not.Contain("may have been accepted"));
    }

    [Test]
    public async Task Silence_after_the_final_dot_may_mean_that_it_was_accepted()
    {
        await using ScriptedServer server = Play(Hello + OneMail.Replace("S: 250 2.0.0 Ok: queued as 4F3A", "HANG"));
        Task<DeliveryResult> sending = SendAsync(server, Plain);
        await Time.TimerSet(Plain.FinalReplyTimeout);
        Time.Advance(Plain.FinalReplyTimeout);
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
            await Task.WhenAny(sending, Time.TimerSet(settings.Timeout));
            Time.Advance(settings.Timeout);
        }

        Assert.That((await sending).Verdict, Is.EqualTo(DeliveryVerdict.Transient));
        Assert.That((await sending).Detail, Does.Contain("within 7 s"));
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
        await using MailChannel transport = Transport(server, Plain);
        for (int i = 0; i < 50; i++)
        {
            OutgoingMessage mail = Some.Mail($"storm/{i}");
            var results = await transport.SendAsync(new DeliveryAttempt(mail, Some.Morning, mail.Recipients), default);
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
        await using MailChannel transport = Transport(server, Plain);
        foreach (string key in new[] { "first", "second" })
        {
            var results = await transport.SendAsync(new DeliveryAttempt(Some.Mail(key), Some.Morning, Some.Mail().Recipients), default);
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
        await using MailChannel transport = Transport(server, SignedIn with { Security = SmtpSecurity.None });
        for (int i = 0; i < 3; i++)
        {
            var results = await transport.SendAsync(new DeliveryAttempt(Some.Mail($"{i}"), Some.Morning, Some.Mail().Recipients), default);
            Assert.That(results.Values.Single().Detail, Does.Contain("refused the login"));
            Assert.That(results.Values.Single().IsShut, Is.True, "which says nothing of this mail");
        }

        await server.PlayedAsync();
        Assert.That(server.Heard.Count(command => command.StartsWith("AUTH", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [TestCase("RCPT", "S: 250 Ok\nC: RCPT *\nS: 553 5.7.1 Sender address rejected: not owned by user\nC: RSET\nS: 250 Ok")]
    [TestCase("RCPT", "S: 250 Ok\nC: RCPT *\nS: 554 5.7.1 Relay access denied\nC: RSET\nS: 250 Ok")]
    [TestCase("MAIL", "S: 550 5.7.1 Sender not yours\nC: RSET\nS: 250 Ok")]
    [TestCase("DATA", "S: 250 Ok\nC: RCPT *\nS: 250 Ok\nC: DATA\nS: 354 Go\nMAIL\nS: 550 5.7.1 Sender not yours\nC: RSET\nS: 250 Ok")]
    public async Task A_mail_that_a_setting_keeps_back_goes_out_once_the_setting_is_put_right(string step, string refused)
    {
        await using ScriptedServer server = Play(Hello + "C: MAIL *\n" + refused + Goodbye, Hello + OneMail + Goodbye);
        await using MailChannel transport = Transport(server, Plain);
        string folder = Some.TemporaryFolder();
        List<DeliveryReport> reports = [];
        using ChannelOutbox outbox = ChannelOutbox.Open(folder, transport, Time, () => 0.5, reports.Add, trouble => Assert.Fail(trouble));
        outbox.Put(Some.Mail());
        await outbox.DeliverDueAsync(default);
        Assert.That(outbox.Summary, Is.EqualTo(new OutboxSummary(1, Time.GetUtcNow(), reports.Single().Detail, 0)), step);
        Assert.That(reports.Single().Outcome, Is.EqualTo("not yet"));

        Time.Advance(TimeSpan.FromMinutes(2));
        await outbox.DeliverDueAsync(default);
        await server.PlayedAsync();
        Assert.That(outbox.Summary.Waiting, Is.Zero);
        Assert.That(reports[^1].Outcome, Is.EqualTo("accepted"));
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task An_aborted_transaction_is_reset_before_the_next_mail()
    {
        await using ScriptedServer server = Play(
            Hello + "C: MAIL *\nS: 250 Ok\nC: RCPT *\nS: 550 5.1.1 No\nC: RSET\nS: 250 Ok\n" + OneMail + Goodbye);
        await using MailChannel transport = Transport(server, Plain);
        var first = await transport.SendAsync(new DeliveryAttempt(Some.Mail("first"), Some.Morning, Some.Mail().Recipients), default);
        var second = await transport.SendAsync(new DeliveryAttempt(Some.Mail("second"), Some.Morning, Some.Mail().Recipients), default);
        await transport.EndBatchAsync(default);
        await server.PlayedAsync();

        Assert.That(first.Values.Single().Verdict, Is.EqualTo(DeliveryVerdict.Permanent));
        Assert.That(second.Values.Single().Verdict, Is.EqualTo(DeliveryVerdict.Accepted));
    }

    [Test]
    public async Task Ends_at_once_when_told_to_stop()
    {
        await using ScriptedServer server = Play("HANG");
        await using MailChannel transport = Transport(server, Plain);
        using CancellationTokenSource stop = new();
        Task sending = transport.SendAsync(new DeliveryAttempt(Some.Mail(), Some.Morning, Some.Mail().Recipients), stop.Token);
        await stop.CancelAsync();

        Assert.That(async () => await sending, Throws.InstanceOf<OperationCanceledException>());
    }

    /// <summary>One Message-ID for both, and a mailbox that gets both would show one of them.</summary>
    [Test]
    public async Task Who_has_a_body_of_their_own_gets_a_mail_of_their_own_that_nothing_on_the_way_rewrites()
    {
        const string Another = """

            C: MAIL FROM:<grafana@hospital.example> SIZE=*
            S: 250 2.1.0 Ok
            C: RCPT TO:<boss@hospital.example>
            S: 250 2.1.5 Ok
            C: DATA
            S: 354 Go on
            MAIL
            S: 250 2.0.0 Ok
            """;
        await using ScriptedServer server = Play(Hello + OneMail + Another + Goodbye);
        await using MailChannel channel = Transport(server, Plain);
        var mail = Some.Mail("k", "admin@hospital.example", "boss@hospital.example") with
        {
            Bodies = new Dictionary<string, OutgoingBody> { ["boss@hospital.example"] = new("For the boss alone.\n", "<p>the boss</p>") },
        };
        var results = await channel.SendAsync(new DeliveryAttempt(mail, Some.Morning, mail.Recipients), default);
        await channel.EndBatchAsync(default);
        await server.PlayedAsync();

        Assert.That(results.Values.Select(result => result.Verdict), Is.All.EqualTo(DeliveryVerdict.Accepted));
        var (common, own) = (server.Messages[0], server.Messages[1]);
        Assert.That(common, Does.Contain("Nothing happens").And.Not.Contain("boss alone").And.Not.Contain("X-Mailgun-Track"));
        Assert.That(own, Does.Contain("For the boss alone.").And.Contain("the boss</p>").And.Not.Contain("Nothing happens")
            .And.Contain("X-Mailgun-Track: no\r\n").And.Contain("To: boss@hospital.example\r\n"));
        Assert.That(own, Does.Not.Contain(new MailWriter(Plain).MessageId("k")));
    }
}
