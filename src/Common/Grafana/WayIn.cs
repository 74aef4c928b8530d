namespace Athena.Common.Grafana;

/// <summary>A credential, or the reason why there is none: <see cref="GrafanaOutcome.SignInFailed"/> or <see cref="GrafanaOutcome.Unavailable"/>.</summary>
internal readonly record struct WayIn(Credential? Credential, GrafanaOutcome Outcome, string Detail, bool Temporary = false)
{
    public static WayIn Open(Credential credential) => new(credential, GrafanaOutcome.Done, "");

    public static WayIn Refused(string detail) => new(null, GrafanaOutcome.SignInFailed, detail);

    public static WayIn Unreachable(string detail, bool temporary) => new(null, GrafanaOutcome.Unavailable, detail, temporary);
}
