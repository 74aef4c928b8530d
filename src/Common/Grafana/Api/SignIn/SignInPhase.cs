namespace Athena.Common.Grafana.Api.SignIn;

/// <summary>Whether we have a way into Grafana.</summary>
public enum SignInPhase
{
    /// <summary>Nothing was asked yet; the first call signs in.</summary>
    NotYet,

    /// <summary>A session or a token was accepted by Grafana's last answer.</summary>
    SignedIn,

    /// <summary>Grafana refused what we have. With a password the next attempt comes at <see cref="SignInState.Until"/>.</summary>
    Waiting,
}
