using Athena.Common.Hosting;
using Athena.Common.Notifications;
using Athena.Common.State;
using Athena.Compliance.Evidence;
using Athena.Compliance.Windows;
using Microsoft.Extensions.Logging;

namespace Athena.Compliance;

/// <summary>The edges of a run that only says what it would do: nothing is sent and nothing is remembered.</summary>
internal sealed class DryRun(ILogger<DryRun> journal) : IEvidenceBook, IOutbox, IAuditLog
{
    public bool TryKeep(WindowEvidence evidence, out string? problem)
    {
        problem = null;
        return true;
    }

    public void Put(OutgoingMail mail) =>
        journal.Event(ComplianceEvents.DryRun, $"Would mail {string.Join(", ", mail.Recipients)}: {HostileText.SingleLine(mail.Subject)}");

    public IReadOnlyList<string> Withdraw(string key) => [];

    public MailProgress? ProgressOf(string key) => null;

    public void Append(AuditEntry entry)
    {
    }
}
