using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Mail;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Notify.Channels.Mail;

/// <summary>What the tests of the dialogue share: transcripts, an authority, a clock, and the trace to look into.</summary>
public abstract class SmtpScenario(bool oneByteAtATime)
{
    private protected const string Hello = """
        S: 220 mail.test ESMTP
        C: EHLO worker.test
        S: 250-mail.test
        S: 250 SIZE 1000000

        """;

    private protected const string Goodbye = """

        C: QUIT
        S: 221 2.0.0 Bye
        """;

    /// <summary>After a transaction that did not come to its end.</summary>
    private protected const string Reset = """

        C: RSET
        S: 250 2.0.0 Ok
        """;

    private protected const string OneMail = """
        C: MAIL FROM:<grafana@hospital.example> SIZE=*
        S: 250 2.1.0 Ok
        C: RCPT TO:<admin@hospital.example>
        S: 250 2.1.5 Ok
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        MAIL
        S: 250 2.0.0 Ok: queued as 4F3A
        """;

    private protected ManualTime Time { get; } = new(Some.Morning);

    private protected List<string> Trace { get; } = [];

    private protected TestAuthority Authority { get; } = new();

    private protected bool OneByteAtATime { get; } = oneByteAtATime;

    [SetUp]
    public void StartAfresh() => Trace.Clear();

    [OneTimeTearDown]
    public void Clean() => Authority.Dispose();

    private protected static SmtpSettings Plain => Some.Settings;

    private protected SmtpSettings Protected => Some.Settings with { Security = SmtpSecurity.StartTls, CaFile = Authority.CaFile };

    private protected SmtpSettings SignedIn => Protected with { User = "grafana", Password = "hunter-22-OK-250" };

    private protected ScriptedServer Play(params string[] transcripts) => ScriptedServer.Start(OneByteAtATime, null, transcripts);

    private protected MailChannel Transport(ScriptedServer server, SmtpSettings settings) =>
        new(settings with { Port = server.Port }, Time, trace: Trace.Add);

    private protected async Task<DeliveryResult> SendAsync(ScriptedServer server, SmtpSettings settings) =>
        (await SendAsync(server, settings, Some.Mail())).Values.Single();

    private protected async Task<IReadOnlyDictionary<string, DeliveryResult>> SendAsync(
        ScriptedServer server, SmtpSettings settings, OutgoingMessage mail)
    {
        await using MailChannel transport = Transport(server, settings);
        // The clock of these tests stands still, so a dialogue that hangs would do so for ever.
        var results = await transport.SendAsync(new DeliveryAttempt(mail, Some.Morning, mail.Recipients), default)
            .WaitAsync(TimeSpan.FromSeconds(20));
        await transport.EndBatchAsync(default);
        return results;
    }

    private protected static void AssertNoSecretIn(IEnumerable<string> texts)
    {
        string all = string.Join('\n', texts);
        Assert.That(all, Does.Not.Contain("hunter").And.Not.Contain("aHVudGVy").And.Not.Contain("AGdyYWZhbmEA"));
    }
}
