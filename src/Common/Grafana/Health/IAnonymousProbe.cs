namespace Athena.Common.Grafana.Health;

/// <summary>
/// What a visitor sees of Grafana who is not signed in. Works without any credential. Throws only
/// <see cref="OperationCanceledException"/> when its token is cancelled; a time-out is an answer.
/// </summary>
public interface IAnonymousProbe
{
    /// <summary>Looks at the health page, which is never logged (docs/grafana.md §8).</summary>
    Task<HealthLook> LookAsync(CancellationToken cancel);

    /// <summary>
    /// Asks for a dashboard that does not exist, so that a line with this nonce appears in Grafana's log; and, if sent to the login page,
    /// for that, as a browser does: its line has status 200.
    /// </summary>
    Task<AnonymousProbeAnswer> KnockAsync(string nonce, CancellationToken cancel);
}
