using Athena.Common.Grafana.Database;

namespace Athena.AutoDisable.Tests.Simulation;

/// <summary>The daemon's access to Grafana's database, which comes and goes.</summary>
internal interface ISimulatedTable : IGrafanaUserTable
{
    bool IsDown { get; set; }
}
