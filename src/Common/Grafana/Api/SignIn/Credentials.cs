namespace Athena.Common.Grafana.Api.SignIn;

/// <summary>How the client is let in: by a token, or by a kept session.</summary>
internal abstract class Credentials
{
    public abstract SignInState State { get; }

    /// <summary>What the next request is to carry. Each credential handed out is given back with <see cref="Leave"/>.</summary>
    public abstract ValueTask<SignInResult> EnterAsync(CancellationToken cancel);

    /// <summary>The request that carried the credential has ended.</summary>
    public abstract void Leave();

    /// <summary>Grafana took the credential, whatever it then said about the request.</summary>
    public abstract void Accepted();

    /// <summary>
    /// Grafana answered 401 to <paramref name="refused"/>. Gives another way in to try with the same request, or the reason why there is
    /// none.
    /// </summary>
    /// <param name="refusals">How often this request has been refused by now, 1 and up.</param>
    public abstract Task<SignInResult> RecoverAsync(Credential refused, int refusals, GrafanaReply reply, CancellationToken cancel);

    /// <summary>The account's e-mail is a second login name (docs/grafana.md §5).</summary>
    public abstract void RememberEmail(string email);
}
