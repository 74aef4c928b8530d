using Athena.Common.Notify.Channels;
using Athena.Common.State;
using Athena.Common.Telemetry;
using Athena.Common.Text;
using Athena.Compliance.Evidence;
using Athena.Compliance.State;
using Athena.Compliance.Telemetry;
using Microsoft.Extensions.Logging;

namespace Athena.Compliance.CommandLine;

/// <summary>The edges of a run that only says what it would do: nothing is sent and nothing is remembered.</summary>
internal sealed class DryRun(ILogger<DryRun> journal) : IEvidenceStore, IAuditLog
{
    public bool TryKeep(WindowEvidence evidence, out string? problem)
    {
        problem = null;
        return true;
    }

    public void WouldSend(OutgoingMessage message) =>
        journal.Event(
            ComplianceEvents.DryRun, $"Would mail {string.Join(", ", message.Recipients)}: {UntrustedText.SingleLine(message.Subject)}");

    public void Append(AuditEntry entry)
    {
    }
}
