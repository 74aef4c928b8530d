namespace Athena.Common.Grafana.Api.SignIn;

/// <summary>No way in, by choice: what needs none is asked, the rest is not.</summary>
internal sealed class NoCredentials : Credentials
{
    private const string Sentence = "No account of ours is set (GRAFANA_USER and GRAFANA_PASSWORD, or GRAFANA_TOKEN).";

    public override SignInState State { get; } = new(SignInPhase.Waiting, null, Sentence);

    public override ValueTask<SignInResult> EnterAsync(CancellationToken cancel) => new(SignInResult.Refused(Sentence));

    public override void Leave()
    {
    }

    public override void Accepted()
    {
    }

    public override Task<SignInResult> RecoverAsync(Credential refused, int refusals, GrafanaReply reply, CancellationToken cancel) =>
        Task.FromResult(SignInResult.Refused(Sentence));

    public override void RememberEmail(string email)
    {
    }
}
