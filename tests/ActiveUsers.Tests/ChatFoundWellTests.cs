using Athena.ActiveUsers.CommandLine;
using Athena.ActiveUsers.Notify;
using Athena.ActiveUsers.Policy;
using Athena.ActiveUsers.State;
using Athena.ActiveUsers.Telemetry;
using Athena.ActiveUsers.Tests.Simulation;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Settings;
using Athena.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.ActiveUsers.Tests;

/// <summary>A chat that does not take a message is tried again after a pause; whoever has put it right need not wait for that.</summary>
internal sealed class ChatFoundWellTests
{
    [Test]
    public async Task What_waits_for_the_chat_is_said_at_once_when_a_check_has_found_it_well()
    {
        var time = new ManualTime(Some.Six);
        var crash = new CrashPoint();
        var disk = new SimulatedDisk(crash);
        var chat = new SimulatedChat(new Random(1), crash) { IsWell = true, IsDown = true };
        var memory = new ActiveUsersMemory(disk.Load(), disk);
        var audit = new SimulatedAudit(crash);
        var recorder = new EventRecorder(audit, audit.Has, NullLogger<EventRecorder>.Instance);
        var channel = new TelegramChannel(chat);
        var ways = Ways.Open("", channel, [], memory, recorder, time, () => 0.5);
        var alerts = new AlertNotifier(
            memory, ways.Told, new AlertMessages(Some.Wording, null), recorder, new AlertLimits(20, 20), time);
        var text = new TelegramText([new([new("Grafana does not answer", TelegramStyle.Bold)])]);
        ways.Chat.Put(TelegramChannel.MessageOf("alert/1", text, isSilent: false));
        await ways.Chat.DeliverDueAsync(CancellationToken.None);
        chat.IsDown = false;
        await ways.Chat.DeliverDueAsync(CancellationToken.None);
        Assert.That(chat.Attempts, Is.EqualTo(1), "it waits");

        var reply = new Commands(alerts, ways.Outbox, memory, Some.Wording.Zone, time).Execute(WaitingMessages.Asking(channel));
        await ways.Chat.DeliverDueAsync(CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(reply.ExitCode, Is.EqualTo(ExitCode.Ok));
            Assert.That(chat.Seen, Has.Count.EqualTo(1));
            Assert.That(memory.State.Messages, Is.Empty);
        });
    }
}
