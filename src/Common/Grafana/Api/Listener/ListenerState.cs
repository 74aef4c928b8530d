namespace Athena.Common.Grafana.Api.Listener;

/// <summary>How the last connection to Grafana stands.</summary>
/// <param name="Sentence">For the sysadmin: what was found, and for what is not proved what to do.</param>
public sealed record ListenerState(ListenerKind Kind, string Sentence)
{
    public static ListenerState Unknown { get; } = new(ListenerKind.Unknown, "No connection was made yet.");
}

/// <summary>What is known of whoever listens at Grafana's address on this machine.</summary>
public enum ListenerKind
{
    /// <summary>No connection was made yet.</summary>
    Unknown,

    /// <summary>Nothing to prove: another machine, or https, whose certificate says who it is.</summary>
    Elsewhere,

    /// <summary>A question that was asked on the connection itself appeared in Grafana's own log.</summary>
    Proved,

    /// <summary>A socket in a directory in which strangers cannot make one.</summary>
    UnixSocket,

    /// <summary>GRAFANA_TRUST_LOOPBACK=yes: believed without a proof.</summary>
    Trusted,

    /// <summary>Not proved, and believed all the same, as version 0.1.0 did: the log cannot show it here.</summary>
    Believed,

    /// <summary>Not proved to be Grafana: nothing was sent that only Grafana may see.</summary>
    Refused,
}
