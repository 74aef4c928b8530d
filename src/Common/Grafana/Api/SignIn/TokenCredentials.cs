namespace Athena.Common.Grafana.Api.SignIn;

/// <summary>A service-account token: nothing to renew, and no guess of a stranger can lock it.</summary>
internal sealed class TokenCredentials(string token) : Credentials
{
    private readonly Credential _credential = new("Authorization", "Bearer " + token, 0);
    private volatile SignInState _state = new(SignInPhase.NotYet, null, "Grafana was not asked yet; a token is set.");

    public override SignInState State => _state;

    public override ValueTask<SignInResult> EnterAsync(CancellationToken cancel) => new(SignInResult.Open(_credential));

    public override void Leave()
    {
    }

    public override void Accepted()
    {
        if (_state.Phase != SignInPhase.SignedIn)
            _state = new(SignInPhase.SignedIn, null, "Signed in with a token.");
    }

    public override Task<SignInResult> RecoverAsync(Credential refused, int refusals, GrafanaReply reply, CancellationToken cancel)
    {
        var sentence = $"Grafana refuses the token ({(reply.Message.Length > 0 ? reply.Message : "401")}): it was deleted, has expired, " +
                       "or its service account is disabled. Make a new one and set GRAFANA_TOKEN.";
        _state = new(SignInPhase.Waiting, null, sentence);
        return Task.FromResult(SignInResult.Refused(sentence));
    }

    public override void RememberEmail(string email)
    {
    }
}
