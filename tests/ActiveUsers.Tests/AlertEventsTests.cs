using Athena.ActiveUsers.Notify;
using Athena.ActiveUsers.Policy;
using Athena.Common.Notify;
using Athena.Tests.Shared;

namespace Athena.ActiveUsers.Tests;

/// <summary>What programs are told of alerts.</summary>
internal sealed class AlertEventsTests
{
    private const string Hostile = "root@evil.example";

    private static readonly AlertMessages Messages = new(Some.Wording, Some.AlertMail);

    [Test]
    public void An_alert_and_its_end_read_as_their_samples()
    {
        var alert = Of(AlertKind.GrafanaDown);
        WebhookSample.AssertIs(Messages.Began(alert, null, isMarked: false), Identity.Worker.Daemon);
        WebhookSample.AssertIs(Messages.Over(alert, Some.Six.AddMinutes(43), isMarked: false), Identity.Worker.Daemon);
    }

    [Test]
    public void Each_kind_ends_by_the_key_by_which_it_began_and_what_was_seen_is_not_told([Values] AlertKind kind)
    {
        var began = Messages.Began(Of(kind), null, isMarked: false);
        var over = Messages.Over(Of(kind), Some.Six.AddHours(1), isMarked: false);
        Assert.Multiple(() =>
        {
            Assert.That(
                WebhookSample.KeyOf(over, Identity.Worker.Daemon), Is.EqualTo(WebhookSample.KeyOf(began, Identity.Worker.Daemon)));
            Assert.That(WebhookSample.BodiesOf(began, Identity.Worker.Daemon), Has.None.Contains("evil"));
            Assert.That(
                began.Events.Single().Action, Is.EqualTo(kind == AlertKind.VersionChanged ? EventAction.Note : EventAction.Open));
        });
    }

    [Test]
    public void A_chat_that_takes_nothing_is_a_trouble_with_an_end()
    {
        var silent = Messages.ChatSilent(new ChatSilence(Some.Six, Hostile));
        var speaks = Messages.ChatSpeaks(Some.Six, Some.Six.AddHours(1));
        Assert.That(
            (silent.Events.Single().Type, speaks.Events.Single().Type, silent.Events.Single().Key),
            Is.EqualTo((EventType.TroubleBegan, EventType.TroubleEnded, speaks.Events.Single().Key)));
    }

    private static OpenAlert Of(AlertKind kind) => new(kind, Some.Six.AddMinutes(31), $"57 failed logins of {Hostile}", IsTold: true);
}
