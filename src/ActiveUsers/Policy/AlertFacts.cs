using Athena.Common.Grafana.Health;

namespace Athena.ActiveUsers.Policy;

/// <summary>What was seen just now. Null everywhere means "could not be seen", and changes nothing.</summary>
/// <param name="Look">At Grafana's health.</param>
/// <param name="IsLogSeen">Whether the last probe that Grafana answered came back in the log, and there is a log.</param>
/// <param name="LogDetail">What is known of the log; empty when all is well.</param>
/// <param name="FailedLogins">In the last five minutes.</param>
/// <param name="SignUps">Likewise.</param>
/// <param name="IsMemoryWritten">Whether the daemon's own state is on disk.</param>
/// <param name="MemoryDetail">Why it is not; empty when it is.</param>
/// <param name="OtherCopy">What is known of another copy of this daemon; empty when none works.</param>
/// <param name="Listener">Why whoever listens at Grafana's address is not proved to be Grafana; empty when it is.</param>
/// <param name="Alertmanager">Why Alertmanager takes no alerts for a while now; empty when it does.</param>
internal sealed record AlertFacts(
    DateTimeOffset At,
    HealthLook? Look = null,
    bool? IsLogSeen = null,
    string LogDetail = "",
    long? FailedLogins = null,
    long? SignUps = null,
    bool? IsMemoryWritten = null,
    string MemoryDetail = "",
    string? OtherCopy = null,
    string? Listener = null,
    string? Alertmanager = null)
{
    /// <summary>Which of Grafana's data sources do not answer; empty when all do.</summary>
    public string? DataSources { get; init; }

    /// <summary>What is wrong with the backups that are watched; empty when nothing is.</summary>
    public string? Backups { get; init; }

    /// <summary>What the log of the last five minutes says of Grafana's database.</summary>
    public DatabaseSight Database { get; init; } = DatabaseSight.Unseen;
}
