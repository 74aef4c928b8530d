namespace Athena.Common.Grafana.Copies;

/// <summary>What is known of another copy of this daemon that works on the same Grafana.</summary>
/// <param name="Installation">Its id, escaped; empty for one of version 0.1.0, which had none.</param>
/// <param name="Address">From where it asked last, as Grafana's log has it.</param>
/// <param name="FirstAt">The log's time of its first request that was seen.</param>
/// <param name="LastAt">That of its last one.</param>
/// <param name="Requests">How many were seen.</param>
public sealed record OtherCopy(string Installation, string Address, DateTimeOffset FirstAt, DateTimeOffset LastAt, int Requests)
{
    /// <summary>How it is called in a sentence.</summary>
    public string Name => Installation.Length > 0 ? $"installation {Installation}" : "an installation of version 0.1.0";

    /// <summary>The same without the times, so that it stays the same while the copy works.</summary>
    public string Warning(string daemon) =>
        $"Another copy of {daemon} works on this Grafana with the same account: {Name}, from {Address}. " +
        $"Everything is said twice. Stop one of them: systemctl disable --now {daemon} on the host that is not to work on it any more.";

    /// <summary>What is known, and what to do about it.</summary>
    public string Sentence(string daemon) => FormattableString.Invariant(
        $"Another copy of {daemon} works on this Grafana with the same account: {Name}, from {Address}, ")
        + FormattableString.Invariant(
            $"first seen {FirstAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, last seen {LastAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC. ")
        + $"Each remembers what the other does not. Stop one of them: systemctl disable --now {daemon} on the host that is not to guard "
        + "any more.";
}
