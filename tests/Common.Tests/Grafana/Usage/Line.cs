using Athena.Common.Tests.GrafanaLog;

namespace Athena.Common.Tests.Grafana.Usage;

/// <summary>Lines as Grafana writes them, of which only what matters is said.</summary>
internal static class Line
{
    public static string Request(
        long id = 2,
        long org = 1,
        string login = "naledi",
        string time = "06:00:00",
        string method = "GET",
        string path = "/api/search",
        int status = 200,
        string referer = "",
        long ms = 5,
        string error = "") =>
        $"logger=context userId={id} orgId={org} uname={GrafanasQuoting.Write(login)} t=2026-11-21T{time}+02:00 level=info msg=\"Request "
        + $"Completed\" method={method} path={GrafanasQuoting.Write(path)} status={status} remote_addr=127.0.0.1 time_ms={ms} "
        + $"duration={ms}ms size=1 referer={GrafanasQuoting.Write(referer)} handler=x "
        + $"status_source=server{(error.Length > 0 ? " errorMessageID=" + error : "")}\n";

    public static string Open(
        string uid,
        long id = 2,
        long org = 1,
        string login = "naledi",
        string time = "06:00:00",
        int status = 200,
        string version = "v1beta1") =>
        Request(
            id,
            org,
            login,
            time,
            "GET",
            $"/apis/dashboard.grafana.app/{version}/namespaces/default/dashboards/{uid}/dto",
            status,
            $"https://grafana.example.net/d/{uid}");

    public static string Query(string page, long id = 2, string time = "06:00:00", int status = 200) =>
        Request(id, time: time, method: "POST", path: "/api/ds/query", status: status, referer: page);

    /// <summary>Grafana says that it asks its image renderer for a picture.</summary>
    public static string Rendering(string page, long id = 2, string time = "06:00:00") =>
        $"logger=rendering renderer=http t=2026-11-21T{time}+02:00 level=info msg=Rendering path={GrafanasQuoting.Write(page)} "
        + $"userID={id}\n";

    /// <summary>Grafana goes (0), begins (1), answers (2).</summary>
    public static string Server(int step, string time = "06:00:00") =>
        step switch
        {
            0 => $"logger=server t=2026-11-21T{time}+02:00 level=info msg=\"Shutdown started\" reason=\"System signal: terminated\"\n",
            1 => $"logger=settings t=2026-11-21T{time}+02:00 level=info msg=\"Starting Grafana\" version=12.4.0\n",
            _ => $"logger=http.server t=2026-11-21T{time}+02:00 level=info msg=\"HTTP Server Listen\" address=127.0.0.1:3000\n",
        };

    public static string Refusal(string client, string error) =>
        $"logger=authn.service t=2026-11-21T06:00:00+02:00 level=info msg=\"Failed to authenticate request\" client={client} "
        + $"error=\"{error}\"\n";

    public static string Denied(long id) =>
        $"logger=context userId={id} orgId=1 uname=naledi t=2026-11-21T06:00:00+02:00 level=info msg=\"Access denied\" id=user:{id} "
        + "permissions=\"action:users:read scopes:\"\n";
}
