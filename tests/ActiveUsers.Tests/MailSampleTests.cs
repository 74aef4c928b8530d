using Athena.ActiveUsers.Notify;
using Athena.ActiveUsers.Policy;
using Athena.Common.Notify;
using Athena.Tests.Shared;

namespace Athena.ActiveUsers.Tests;

/// <summary>The mails about alerts, compared whole with <c>docs/samples</c>. After a change that is meant, <c>make samples</c> writes
/// them anew.</summary>
internal sealed class MailSampleTests
{
    private static readonly AlertMessages Messages = new(Some.Wording, Some.AlertMail);

    private static readonly ChatSilence Silence = new(Some.Six.AddMinutes(12), "api.telegram.org:443: no connection in 15 s");

    private static OpenAlert Down { get; } = new(
        AlertKind.GrafanaDown, Some.Six.AddMinutes(31), "127.0.0.1:3000: connection refused", IsTold: true, IsMailed: true);

    private static IEnumerable<TestCaseData> Samples()
    {
        yield return Of("alert-mail-critical", Messages.Began(Down, null, isMarked: false));
        yield return Of("alert-mail-over", Messages.Over(Down, Some.Six.AddMinutes(43), isMarked: false));
        yield return Of(
            "alert-mail-chat-silent-warning",
            Messages.Began(new OpenAlert(AlertKind.FailedLogins, Some.Six.AddMinutes(31), "57 failed logins in 5 minutes", true, true),
            Silence, isMarked: true));
        yield return Of("alert-mail-chat-silent", Messages.ChatSilent(Silence));
        yield return Of("alert-mail-chat-again", Messages.ChatSpeaks(Silence.Since, Some.Six.AddMinutes(58)));
    }

    [TestCaseSource(nameof(Samples))]
    public void Reads_as_its_sample(string name, object mail) => Sample.AssertIs(name, (Notification)mail);

    [Test]
    public void What_strangers_chose_does_not_act_in_it()
    {
        var alert = Down with { Detail = "<script>alert(1)</script> https://evil.example \u202Egnp" };
        var mail = Messages.Began(alert, Silence with { Why = "<b>\u202E</b>" }, isMarked: false);
        Assert.That(mail.Html, Does.Not.Contain("<script>").And.Not.Contain("https://evil.example").And.Not.Contain("<b>\u202E"));
        Assert.That(mail.Html + mail.Text, Does.Not.Contain("\u202E"));
    }

    [Test]
    public void Every_kind_of_alert_has_a_mail_and_an_end()
    {
        foreach (var kind in Enum.GetValues<AlertKind>())
        {
            var alert = Down with { Kind = kind };
            Assert.That(Messages.Began(alert, null, false).Text, Does.Contain(AlertText.Words(kind).Next), $"{kind}");
            Assert.That(Messages.Over(alert, Some.Six.AddHours(1), false).Subject, Does.Contain(AlertText.OverTitle(kind)), $"{kind}");
        }
    }

    private static TestCaseData Of(string name, Notification mail) => new TestCaseData(name, mail).SetArgDisplayNames(name);
}
