namespace Athena.ActiveUsers.Alerts;

/// <summary>What was seen just now. Null everywhere means "could not be seen", and changes nothing.</summary>
/// <param name="IsUp">Whether Grafana answers at all.</param>
/// <param name="IsDatabaseOk">Whether its database does.</param>
/// <param name="HealthDetail">What the check met; empty when all is well.</param>
/// <param name="Version">As Grafana says it.</param>
/// <param name="IsLogSeen">Whether the last probe that Grafana answered came back in the log.</param>
/// <param name="LogDetail">What is known of the log; empty when all is well.</param>
/// <param name="FailedLogins">In the last five minutes, of a window that was seen whole or that holds so many anyway.</param>
/// <param name="SignUps">Likewise.</param>
internal sealed record AlertFacts(
    DateTimeOffset At,
    bool? IsUp = null,
    bool? IsDatabaseOk = null,
    string HealthDetail = "",
    string? Version = null,
    bool? IsLogSeen = null,
    string LogDetail = "",
    long? FailedLogins = null,
    long? SignUps = null);
