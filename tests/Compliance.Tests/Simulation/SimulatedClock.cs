using Athena.Compliance.Evidence;

namespace Athena.Compliance.Tests.Simulation;

/// <summary>Grafana's clock, as a test says.</summary>
internal sealed class SimulatedClock : IGrafanaClock
{
    public bool? HasReached { get; set; }

    public DateTimeOffset? Asked { get; private set; }

    public Task<bool?> HasReachedAsync(DateTimeOffset time, CancellationToken cancel)
    {
        Asked = time;
        return Task.FromResult(HasReached);
    }
}
