namespace Athena.Common.GrafanaLog.Line;

/// <summary>
/// What a line "Failed to authenticate request" means. Grafana writes it whenever it does not know who asks: a wrong password, an expired
/// session, and also each request of each open page while its database is away (docs/grafana.md §6). Only the first is a failed login. It
/// is judged by what Grafana itself writes there: the client that tried, and the message id in brackets, which an error from below does not
/// have.
/// </summary>
internal static class AuthenticationFailure
{
    /// <param name="client"><c>client</c> of the line, such as <c>auth.client.form</c>.</param>
    /// <param name="error"><c>error</c> of the line: message ids in brackets, outermost first, then words.</param>
    public static LineKind Classify(scoped in LogText client, scoped in LogText error)
    {
        if (error.Contains("too many consecutive incorrect login attempts"u8))
            return LineKind.LoginBlocked;
        // A password that was compared and found wrong is one, whatever else failed beside it.
        if (error.Contains("[password-auth.invalid]"u8))
            return LineKind.FailedLogin;
        if (IsFromBelow(in error))
            return LineKind.IdentityUnavailable;

        // A session that is over, a visitor without one, and the image renderer present no credentials that could be guessed.
        if (client.EndsWith(".session"u8) || client.EndsWith(".anonymous"u8) || client.EndsWith(".render"u8))
            return LineKind.Other;
        bool isOrdinaryLife = error.Contains("user token not found"u8) || error.Contains("session.token.rotate"u8);
        if (isOrdinaryLife)
            return LineKind.Other;
        // A refusal has a message id; that of an API key was plain words before it had one.
        return error.StartsWith("["u8) || client.EndsWith(".api-key"u8) ? LineKind.FailedLogin : LineKind.IdentityUnavailable;
    }

    /// <summary>
    /// Whether the words are those of what lies below Grafana: network, PostgreSQL, MySQL, SQLite, a directory server, a deadline. A client
    /// cannot put words there: what a person typed is in none of these errors.
    /// </summary>
    private static bool IsFromBelow(scoped in LogText error) =>
        error.Contains("dial tcp"u8) || error.Contains("dial unix"u8)
        || error.Contains("connection refused"u8) || error.Contains("connection reset"u8) || error.Contains("broken pipe"u8)
        || error.Contains("i/o timeout"u8) || error.Contains("no such host"u8) || error.Contains("no route to host"u8)
        || error.Contains("context deadline exceeded"u8) || error.Contains("context canceled"u8)
        || error.Contains("unexpected EOF"u8) || error.EndsWith("EOF"u8)
        || error.Contains("pq: "u8) || error.Contains("SQLSTATE"u8) || error.Contains("driver: bad connection"u8)
        || error.Contains("sql: "u8)
        || error.Contains("invalid connection"u8) || error.Contains("too many clients"u8) || error.Contains("Too many connections"u8)
        || error.Contains("database is locked"u8) || error.Contains("database is closed"u8) || error.Contains("database system is"u8)
        || error.Contains("server login has been failing"u8) || error.Contains("Network Error"u8);
}
