namespace Athena.Common.Grafana.Health;

/// <summary>What came back when the probe knocked.</summary>
/// <param name="Status">0 when there was no answer.</param>
/// <param name="Detail">A sentence for the sysadmin; empty when Grafana itself answered.</param>
public sealed record AnonymousProbeAnswer(ProbeAnswer Answer, int Status, string Detail)
{
    /// <summary>
    /// The login page to which we were sent was shown with 200: that line, of all lines, is there only with <c>router_logging</c>.
    /// </summary>
    public bool IsLoginShown { get; init; }
}
