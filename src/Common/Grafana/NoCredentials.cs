namespace Athena.Common.Grafana;

/// <summary>No way in, by choice: what needs none is asked, the rest is not.</summary>
internal sealed class NoCredentials : Credentials
{
    private const string Sentence = "No account of ours is set (GRAFANA_USER and GRAFANA_PASSWORD, or GRAFANA_TOKEN).";

    public override SignInState State { get; } = new(SignInPhase.Waiting, null, Sentence);

    public override ValueTask<WayIn> EnterAsync(CancellationToken cancel) => new(WayIn.Refused(Sentence));

    public override void Leave()
    {
    }

    public override void Accepted()
    {
    }

    public override Task<WayIn> RecoverAsync(Credential refused, int refusals, GrafanaReply reply, CancellationToken cancel) =>
        Task.FromResult(WayIn.Refused(Sentence));

    public override void RememberEmail(string email)
    {
    }
}
