using Athena.Common.Grafana.Api;
using Athena.Common.GrafanaLog.Ranges;

namespace Athena.Common.Grafana.Probes;

/// <summary>What spoils the sight of a window although its log was read.</summary>
/// <param name="Gaps">Name ids, never logins: some must not put logins into a chat.</param>
/// <param name="Unseen">Who was active by Grafana's own record, but has no line; by id. Their logins are hostile text.</param>
public sealed record CoverageFindings(
    RouterLogging RouterLogging, IReadOnlyList<Gap> Gaps, IReadOnlyList<string> Notes, IReadOnlyList<GrafanaUser> Unseen);
