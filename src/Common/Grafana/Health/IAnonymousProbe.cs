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

/// <summary>What came back when the probe knocked.</summary>
/// <param name="Status">0 when there was no answer.</param>
/// <param name="Detail">A sentence for the sysadmin; empty when Grafana itself answered.</param>
public sealed record AnonymousProbeAnswer(ProbeAnswer Answer, int Status, string Detail)
{
    /// <summary>
    /// The login page to which we were sent was shown with 200: that line, of all lines, is there only with <c>router_logging</c>.
    /// </summary>
    public bool IsLoginShown { get; init; }
}

/// <summary>What came back for a sight probe over HTTP.</summary>
public enum ProbeAnswer
{
    /// <summary>Nothing, or a fault of the server: says nothing about the log.</summary>
    None,

    /// <summary>Grafana sent us to its login page: this leaves a line whatever <c>router_logging</c> is (docs/grafana.md §6).</summary>
    LoginPage,

    /// <summary>Anonymous access is on, so we were shown the page; this leaves a line only with <c>router_logging</c>.</summary>
    Page,

    /// <summary>Something in front of Grafana answered in its place: says nothing about the log.</summary>
    Elsewhere,
}

/// <summary>One look at Grafana's health.</summary>
/// <param name="Version">Null when it was not told.</param>
/// <param name="Detail">A sentence for the sysadmin; empty when it is up.</param>
public sealed record HealthLook(DateTimeOffset At, HealthVerdict Verdict, string? Version, string Detail)
{
    /// <summary>The <c>Date</c> of Grafana's own answer, in whole seconds; a proxy may have written it. Null without one.</summary>
    public DateTimeOffset? ServerDate { get; init; }
}

/// <summary>How Grafana looks from outside.</summary>
public enum HealthVerdict
{
    Up,

    /// <summary>Grafana answers and says that its database does not.</summary>
    DatabaseFailing,

    /// <summary>No answer, or none of Grafana's.</summary>
    NotAnswering,
}
