using Athena.Common.Notify;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Delivery;
using Athena.Common.State;

namespace Athena.ActiveUsers.Tests.Simulation;

/// <summary>What became of each mail, in the audit.</summary>
internal sealed class AuditWatch(SimulatedAudit audit) : IDeliveryWatch
{
    public void Changed(DeliveryReport report) =>
        audit.Append(new AuditEntry("mail", report.Key, report.Outcome, new Dictionary<string, string>()));

    public void Trouble(INotificationChannel channel, string sentence)
    {
    }

    public void Silent(INotificationChannel channel, SilentChannel silence)
    {
    }

    public void Over(INotificationChannel channel, SilentChannel silence)
    {
    }
}
