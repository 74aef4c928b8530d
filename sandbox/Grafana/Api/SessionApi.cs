using Row = Athena.Common.Grafana.Api.Route;

namespace Athena.Sandbox.Grafana.Api;

/// <summary>Signing in and out, and renewing a session.</summary>
internal static class SessionApi
{
    public static IEnumerable<Route> Routes(SignIn signIn) =>
    [
        new(Row.SignIn, call => Login(call, signIn)) { Open = true, Milliseconds = 15 },
        new(Row.SignOut, Logout) { Open = true, Milliseconds = 8 },
        new(Row.RenewSession, call => Rotate(call, signIn)) { Open = true, Milliseconds = 2 },
    ];

    private static Answer Login(Call call, SignIn signIn)
    {
        if (call.Options.DisableLoginForm)
        {
            call.Caller = signIn.Stranger;
            return Answer.FromFramework(
                400, new { message = "Bad request", messageId = "auth.client.notConfigured", statusCode = 400, traceID = "" });
        }

        var (account, refusal) = signIn.CheckPassword(call.Text("user"), call.Text("password"), "form");
        call.Caller = signIn.Stranger;
        if (account is null) return refusal!.ForLoginForm();
        var session = call.Database.AddSession(account, call.RemoteAddress);
        return Answer.Json(new { message = "Logged in", redirectUrl = call.Options.SubPath + "/" }) with
        {
            Cookies = SessionCookie.Of(call, session),
        };
    }

    private static Answer Logout(Call call)
    {
        var answer = Answer.Redirect(call.Options.SubPath + "/login") with { Cookies = SessionCookie.Gone };
        if (call.Caller.Session is not { } session) return answer;
        call.Database.Sessions.Remove(session);
        return answer with { Notes = [new LogNote("http.server", "info", "Successful Logout", false, ("id", call.Caller.Name))] };
    }

    private static Answer Rotate(Call call, SignIn signIn)
    {
        var session = call.Cookie("grafana_session") is { } token ? signIn.FindSession(token) : null;
        if (session is null || call.Database.ById(session.UserId) is not { IsDisabled: false })
            return SignInRefusal.NoSession with { Cookies = SessionCookie.Gone };
        call.Database.Rotate(session);
        return Answer.Json(new { }) with { Cookies = SessionCookie.Of(call, session) };
    }
}
