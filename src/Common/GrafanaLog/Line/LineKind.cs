namespace Athena.Common.GrafanaLog.Line;

/// <summary>What a line of Grafana's log says (docs/grafana.md §1, §5, §6).</summary>
public enum LineKind
{
    /// <summary>Not a line that Grafana's logger wrote whole: plugin output, a panic, half a line, bytes.</summary>
    NotUnderstood,

    /// <summary>A well-formed line of Grafana's logger of no interest here.</summary>
    Other,

    /// <summary>A request has ended: <c>logger=context</c> and <c>msg</c> exactly <c>Request Completed</c>.</summary>
    Request,

    /// <summary>
    /// Somebody is inside who was not before: <c>Successful Login</c>, since Grafana 12 only after a sign-up or an invitation.
    /// </summary>
    SuccessfulLogin,

    /// <summary>Credentials were refused. Expired and rotated sessions are <see cref="Other"/>: they are ordinary life.</summary>
    FailedLogin,

    /// <summary>
    /// Grafana could not find out who asks, because its database or directory server did not answer: an outage, whoever asked, and no
    /// failed login. Each request of each open page writes one or two of these while it lasts.
    /// </summary>
    IdentityUnavailable,

    /// <summary>A login name is locked after too many wrong passwords; even the right one is refused for some minutes.</summary>
    LoginBlocked,

    /// <summary>A signed-in user or service account asked for what it may not do.</summary>
    AccessDenied,

    /// <summary>
    /// Grafana asks its image renderer for a picture: <c>logger=rendering</c> and <c>msg</c> exactly <c>Rendering</c>. It says so itself,
    /// at the begin, with the id in whose name the renderer then signs in (docs/grafana.md §4).
    /// </summary>
    Rendering,

    /// <summary>A line in the console format, which has neither year nor zone and cannot be relied on.</summary>
    Console,
}
