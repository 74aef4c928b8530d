namespace Athena.Common.Grafana.Api.Listener;

/// <summary>How the last connection to Grafana stands.</summary>
/// <param name="Sentence">For the sysadmin: what was found, and for what is not proved what to do.</param>
public sealed record ListenerState(ListenerKind Kind, string Sentence)
{
    public static ListenerState Unknown { get; } = new(ListenerKind.Unknown, "No connection was made yet.");

    /// <summary>True where a local user could take Grafana's place while it is down.</summary>
    public bool IsUnproved => Kind is ListenerKind.Trusted or ListenerKind.Believed;
}
