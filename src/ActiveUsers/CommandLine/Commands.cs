using Athena.ActiveUsers.Notify;
using Athena.ActiveUsers.Policy;
using Athena.ActiveUsers.Pulses;
using Athena.ActiveUsers.State;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Notify.Delivery;
using Athena.Common.Settings;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.ActiveUsers.CommandLine;

/// <summary>What the command line may ask of the daemon, or does itself while the daemon is stopped.</summary>
internal sealed class Commands(AlertNotifier alerts, Outbox outbox, ActiveUsersMemory memory, TimeZoneInfo zone, TimeProvider time)
{
    /// <summary>Maintenance that takes longer is no maintenance; a silence that is forgotten must not last.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromDays(7);

    private readonly Common.Time.ZoneText clock = new(zone);

    /// <param name="isDaemon">False for a command that works in its place; each look of a daemon writes what could not be written.</param>
    public ControlReply Execute(ControlRequest request, bool isDaemon = true) =>
        UnwrittenState.Tell(Run(request), memory.SaveProblem, isQuestion: request.Command == WaitingMessages.Command, isDaemon);

    private ControlReply Run(ControlRequest request) => request.Command switch
    {
        "silence" => Silence(request.Arguments),
        "ack" => Acknowledge(request.Arguments),
        WaitingMessages.Command => WaitingMessages.Hurry(outbox, request),
        _ => new ControlReply(ExitCode.Fault, $"The daemon does not know the command {request.Command}."),
    };

    private ControlReply Acknowledge(IReadOnlyDictionary<string, string> arguments)
    {
        var number = arguments.GetValueOrDefault("number", "");
        if (arguments.GetValueOrDefault("note") is not { Length: > 0 } note)
            return new ControlReply(
                ExitCode.Usage,
                "Say what you do about it: --note \"…\". It is told to those who were told of the alert, and kept in the audit.");
        if (alerts.Acknowledge(number, arguments.GetValueOrDefault("by", ""), note) is not { } alert)
        {
            var shown = VisibleText.Escape(number);
            return new ControlReply(
                ExitCode.Fault,
                $"No alert {shown} is open. Those that are: sudo {Identity.Worker.Daemon} status; what became of one: sudo "
                + $"{Identity.Worker.Daemon} incident {shown}");
        }

        memory.Save();
        return new ControlReply(
            ExitCode.Ok,
            $"{alert.Number} is acknowledged: {AlertText.Words(alert.Kind).Title}. Its end is told; what happened until then: sudo "
            + $"{Identity.Worker.Daemon} incident {alert.Number}");
    }

    private ControlReply Silence(IReadOnlyDictionary<string, string> arguments)
    {
        var by = arguments.GetValueOrDefault("by", "");
        var text = arguments.GetValueOrDefault("for", "");
        if (text == "off")
        {
            if (memory.State.Silence is null) return new ControlReply(ExitCode.Ok, "Alerts were not silenced.");
            alerts.Unsilence(by);
            memory.Save();
            return new ControlReply(ExitCode.Ok, "Alerts are on again.");
        }

        if (!Duration.TryParse(text, out var length, out var reason))
            return new ControlReply(ExitCode.Usage, $"{VisibleText.Escape(text)} {reason}, or off.");
        if (length <= TimeSpan.Zero || length > LongestSilence)
            return new ControlReply(ExitCode.Usage, $"A silence lasts at most {Duration.Write(LongestSilence)}.");
        if (arguments.GetValueOrDefault("reason") is not { Length: > 0 } why)
            return new ControlReply(ExitCode.Usage, "Say why: --reason \"…\". It is shown in each pulse and kept in the audit.");
        var now = time.GetUtcNow();
        alerts.Silence(new Silence(now, now + length, by, why));
        memory.Save();
        return new ControlReply(ExitCode.Ok,
            $"Alerts are silenced until {clock.ClockWithZone(now + length)}. Pulses go on. To end it: sudo {Identity.Worker.Daemon} "
            + "silence off");
    }
}
