using Row = Athena.Common.Grafana.Api.Route;

namespace Athena.Sandbox.Grafana.Api;

/// <summary>Grafana's web pages, as far as a log and a redirect need them: the same bare shell whatever the path.</summary>
internal static class Pages
{
    public static readonly Route NotFound = new("", "notfound", call => call.RawPath.StartsWith("/api", StringComparison.Ordinal)
        ? Answer.Message("Not found", 404)
        : call.Caller == Identity.Nobody ? Answer.Redirect(call.Options.SubPath + "/login") : Shell(404))
    { Open = true, Milliseconds = 2 };

    public static IEnumerable<Route> Routes { get; } =
    [
        Page("/", "/"), Page("/d/:uid"), Page("/d/:uid/:slug"), Page("/d-solo/:uid/:slug"), Page("/dashboards", "/dashboards/"),
        Page("/explore"),
        new(Row.LoginPage, Login) { Open = true, Milliseconds = 6 },
        new("GET", "/render/*", _ => new Answer(200, [], "image/png")) { IsPage = true, Milliseconds = 6500 },
        new("POST", "/api/frontend-metrics", _ => Answer.Message("")) { Open = true, Milliseconds = 1 },
        new("GET", "/api/search/sorting", _ => Answer.Json(Array.Empty<object>())) { Milliseconds = 2 },
        new("GET", "/api/prometheus/grafana/api/v1/rules", _ => Answer.Json(new
        {
            status = "success",
            data = new { groups = Array.Empty<object>() },
        }))
        {
            Milliseconds = 8,
        },
        new("GET", "/signup", _ => Shell(200)) { Open = true, Milliseconds = 6 },
        new("GET", "/api/live/ws", _ => new Answer(-1, [], "text/plain")) { Milliseconds = 4 },
    ];

    public static Route Page(string template, string? loggedAs = null, Func<Call, Answer>? handle = null) =>
        new("GET", template, handle ?? (_ => Shell(200))) { IsPage = true, LoggedAs = loggedAs, Milliseconds = 13 };

    public static Answer Shell(int status) => Answer.Html("""
        <!DOCTYPE html>
        <html lang="en-US">
          <head>
            <meta charset="utf-8" />
            <title>Grafana</title>
          </head>
          <body>Stand-in for Grafana</body>
        </html>

        """, status);

    /// <summary>Whoever was on their way to a page goes on to it, where the stand-in knows who sits at the browser.</summary>
    private static Answer Login(Call call)
    {
        var wanted = call.Ask("redirectTo");
        if (call.Options.Visitor is not { } login || !IsOwn(wanted) || call.Database.Find(login) is not { IsDisabled: false } visitor)
            return Shell(200);
        return Answer.Redirect(wanted) with { Cookies = SessionCookie.Of(call, call.Database.AddSession(visitor, call.RemoteAddress)) };
    }

    /// <summary>A page of this server: two slashes, or a slash the wrong way round, would lead to another one.</summary>
    private static bool IsOwn(string path) => path.Length > 1 && path[0] == '/' && path[1] is not ('/' or '\\');
}
