namespace Athena.Common.Notify.Alertmanager;

/// <summary>
/// Something that is wrong now, for whoever rings people. Neither a name nor a login of anybody stands in it, nor a text that a stranger
/// wrote: it leaves this host, and lies with others for as long as they like.
/// </summary>
/// <param name="Name">Of one there is one at a time in a daemon: <c>AthenaGrafanaDown</c>. The runbook has a heading of this name.</param>
/// <param name="Since">When it began.</param>
/// <param name="Summary">One line.</param>
/// <param name="Description">What it means and what to do next.</param>
public sealed record StandingAlert(string Name, Severity Severity, DateTimeOffset Since, string Summary, string Description)
{
    /// <summary>By which people speak of it; null where it has none.</summary>
    public string? Number { get; init; }

    /// <summary>When somebody took it up; null while nobody has.</summary>
    public DateTimeOffset? AcknowledgedAt { get; init; }
}
