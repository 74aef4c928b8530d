namespace Athena.Common.Grafana.Api.SignIn;

/// <summary>
/// A credential, or the reason why there is none: <see cref="GrafanaOutcome.SignInFailed"/> or <see cref="GrafanaOutcome.Unavailable"/>.
/// </summary>
internal readonly record struct SignInResult(Credential? Credential, GrafanaOutcome Outcome, string Detail, bool Temporary = false)
{
    public static SignInResult Open(Credential credential) => new(credential, GrafanaOutcome.Done, "");

    public static SignInResult Refused(string detail) => new(null, GrafanaOutcome.SignInFailed, detail);

    public static SignInResult Unreachable(string detail, bool temporary) => new(null, GrafanaOutcome.Unavailable, detail, temporary);
}
