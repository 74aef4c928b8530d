using Athena.Sandbox.Grafana.Api;

namespace Athena.Sandbox.Grafana;

/// <summary>
/// What a Grafana answers while its PostgreSQL is stopped, as recorded: a session is refused with 401 as if it were none, and only the
/// renewal of a session and pages say 500. The line of the refusal names the database, not a login.
/// </summary>
internal static class DatabaseAway
{
    private const string Refused = "dial tcp 127.0.0.1:5432: connect: connection refused";

    public static Answer Answer(Call call, Route route)
    {
        if (route.Handler == "/api/health") return ServerApi.Unhealthy;
        if (call.Cookie("grafana_session") is null && call.Headers.Authorization.Count == 0 && !route.IsPage && !route.Open)
            return SignInRefusal.NoCredentials;
        if (call.Cookie("grafana_session") is null || route.IsPage || route.Open)
            return Failed(new { message = "Internal Server Error", traceID = "" });
        var note = new LogNote(
            "authn.service", "warn", "Failed to authenticate request", false, ("client", "auth.client.session"), ("error", Refused));
        return route.Handler == "/api/user/auth-tokens/rotate"
            ? Failed(new { message = "Internal server error" }) with { LogFields = [("error", Refused)] }
            : Grafana.Answer.FromFramework(401, new { message = "Unauthorized", traceID = "" }) with
            {
                LogFields = [("error", Refused)],
                Notes = [note],
            };
    }

    private static Answer Failed(object body) => Grafana.Answer.FromFramework(500, body);
}
