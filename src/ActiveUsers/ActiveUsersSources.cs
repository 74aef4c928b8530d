using Athena.ActiveUsers.Evidence;
using Athena.Common.Grafana.Monitoring;

namespace Athena.ActiveUsers;

/// <summary>Where a round of work looks.</summary>
/// <param name="Surroundings">Who else works on this Grafana, and whoever listens in its place; null where nobody asks.</param>
internal sealed record ActiveUsersSources(GrafanaDirectory Directory, WindowReader Reader, HealthTick Health, Surroundings? Surroundings);
