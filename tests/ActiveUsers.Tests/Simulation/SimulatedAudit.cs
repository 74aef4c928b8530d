using Athena.Common.State;

namespace Athena.ActiveUsers.Tests.Simulation;

/// <summary>The audit as it lies on the disk.</summary>
internal sealed class SimulatedAudit(CrashPoint crash) : IAuditLog
{
    private readonly List<AuditEntry> entries = [];

    public IReadOnlyList<AuditEntry> Entries => entries;

    public void Append(AuditEntry entry)
    {
        crash.Pass();
        entries.Add(entry);
        crash.Pass();
    }

    /// <summary>As it was when it had so many entries.</summary>
    public void GoBackTo(int count) => entries.RemoveRange(count, entries.Count - count);

    public bool Has(string key, string name) => entries.Exists(entry => entry.Case == key && entry.Event == name);
}
