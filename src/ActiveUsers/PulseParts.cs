using Athena.ActiveUsers.Delivery;
using Athena.ActiveUsers.History;
using Athena.ActiveUsers.Memory;
using Athena.Common.Activities;
using Athena.Common.Notifications.Telegram;
using Athena.Common.Sight;

namespace Athena.ActiveUsers;

/// <summary>The parts of the daemon, put together the same way for the process and its simulation.</summary>
internal sealed record PulseParts(PulseCycle Cycle, Glance Glance, AlertDesk Alerts, Platform Platform, Messenger Messenger)
{
    /// <param name="totals">Null keeps none (dry run).</param>
    public static PulseParts Build(
        ILogWindows log, Platform platform, PulseMemory memory, ITelegram telegram, TotalsBook? totals, Chronicle chronicle, PulseOptions options, TimeProvider time,
        Surroundings? surroundings = null)
    {
        var messenger = new Messenger(telegram, memory, chronicle, time);
        var reader = new WindowReader(log, platform, options);
        var glance = new Glance(platform, reader, memory, options, time);
        var alerts = new AlertDesk(memory, messenger, chronicle, options.Wording, options.Limits, time);
        return new PulseParts(new PulseCycle(platform, reader, glance, alerts, messenger, memory, totals, chronicle, options, time, surroundings), glance, alerts, platform, messenger);
    }
}
