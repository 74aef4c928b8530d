using Athena.Common.Grafana.Database;

namespace Athena.AutoDisable.Tests.Simulation;

/// <summary>A real PostgreSQL with Grafana's tables: as Grafana has it, and as the daemon's role has it.</summary>
internal sealed record RealDatabase(GrafanaRows Rows, GrafanaUserTable Table) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        Rows.Dispose();
        await Table.DisposeAsync();
    }
}
