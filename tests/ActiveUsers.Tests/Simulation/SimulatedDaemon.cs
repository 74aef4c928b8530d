using Athena.ActiveUsers.Notify;
using Athena.ActiveUsers.Policy;
using Athena.ActiveUsers.State;
using Athena.ActiveUsers.Telemetry;
using Athena.Common.Grafana.Monitoring;
using Athena.Common.Notify.Alertmanager;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Notify.Delivery;
using Athena.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.ActiveUsers.Tests.Simulation;

/// <summary>The daemon as it starts on what lies on the disk, with windows of a quarter of an hour.</summary>
internal sealed record SimulatedDaemon(ActiveUsersParts Parts, Ways Ways, ActiveUsersMemory Memory)
{
    public static readonly TimeSpan Settle = TimeSpan.FromSeconds(10);

    public ActiveUsersCycle Cycle => Parts.Cycle;

    public AlertNotifier Alerts => Parts.Alerts;

    public static SimulatedDaemon Start(
        SimulatedGrafana grafana, SimulatedDisk disk, SimulatedChat chat, SimulatedAudit audit, ManualTime time,
        SimulatedMailbox? mailbox = null, AlertBoard? board = null)
    {
        var memory = new ActiveUsersMemory(disk.Load(), disk);
        var recorder = new EventRecorder(audit, audit.Has, NullLogger<EventRecorder>.Instance);
        var options = new ActiveUsersOptions(Some.Wording, Settle, true, new HashSet<long>(), new AlertLimits(20, 20), true)
        {
            AlertMail = mailbox is null ? null : Some.AlertMail,
        };
        var ways = Ways.Open(
            mailbox?.Directory ?? "", new TelegramChannel(chat), mailbox is null ? [] : [mailbox.Route], memory, recorder, time,
            () => 0.5);
        return new SimulatedDaemon(
            ActiveUsersParts.Build(
                grafana, new GrafanaDirectory(null, grafana, time), memory, ways, null, recorder, options, time,
                board: board), ways, memory);
    }

    /// <summary>A step of its loop, and one of the mails beside it.</summary>
    public async Task StepAsync()
    {
        await Cycle.StepAsync(CancellationToken.None);
        foreach (var queue in Ways.Outbox.Queues.OfType<ChannelOutbox>()) await queue.DeliverDueAsync(CancellationToken.None);
    }
}
