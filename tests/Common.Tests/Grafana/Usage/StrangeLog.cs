using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Athena.Common.Tests.Grafana.Usage;

/// <summary>
/// Logs in which everything happens that makes a line depend on those before it: now and then, between many ordinary lines.
/// </summary>
internal static class StrangeLog
{
    public static readonly DateTimeOffset Begin = new(2026, 11, 21, 6, 0, 0, TimeSpan.FromHours(2));

    private static readonly string[] Logins = ["naledi", "naledi.2", "new\nline", "NULL"];

    private static readonly string[] Paths =
    [
        "/api/search", "/d/ward", "/api/dashboards/uid/ward", "/api/dashboards/uid/ward", "/api/dashboards/uid/a \"b",
        "/apis/dashboard.grafana.app/v2/namespaces/default/dashboards/lab/dto",
        "/api/ds/query", "/api/live/ws", "/login", "/d/athena-probe-1", "/api/admin/users/5/disable",
        "/d/lab", "/render/d/lab", "/apis/dashboard.grafana.app/v2beta1/namespaces/default/dashboards/lab/dto",
        "/api/public/dashboards/0123",
    ];

    private static readonly string[] Referers =
    [
        "",
        "",
        "http://127.0.0.1:3000/d/ward/x?orgId=1",
        "http://127.0.0.1:3000/d/lab?render=1",
        "http://127.0.0.1:3000/athena-workers/active-users",
    ];

    private enum Happening
    {
        Request,
        SameMoment,
        Late,
        Refusal,
        Denial,
        SignUp,
        Picture,
        Json,
        Panic,
        Timeless,
        Empty,
        CarriageReturn,
        Console,
        ClockBack,
        ClockAhead,
        OtherZone,
        LongLine,
        Restart,
    }

    public static Gen<string> Texts =>
        from lines in (from what in Gen.Frequency(
            (200, Gen.Constant(Happening.Request)),
            (60, Gen.Elements(Happening.SameMoment, Happening.Late)),
            (3, Gen.Constant(Happening.Picture)),
            (1, Gen.Elements(Enum.GetValues<Happening>())))
                       from step in Gen.Frequency((9, Gen.Choose(0, 500)), (1, Gen.Choose(0, 9_000)))
                       from who in Gen.Choose(0, 1_000_000)
                       select (what, step, who)).ArrayOf(200)
        from repeated in Gen.Choose(1, 8)
        from half in Gen.Frequency((3, Gen.Constant(0)), (1, Gen.Choose(1, 50)))
        select Text(Enumerable.Repeat(lines, repeated).SelectMany(line => line), half);

    private static string Text(IEnumerable<(Happening What, int Step, int Who)> lines, int half)
    {
        var text = new StringBuilder();
        var now = Begin;
        foreach ((Happening what, int step, int who) in lines)
        {
            now = what switch
            {
                Happening.SameMoment => now,
                Happening.ClockBack => now.AddSeconds(-11 - (who % 60)),
                Happening.ClockAhead => now.AddSeconds(11 + (who % 60)),
                Happening.OtherZone => now.ToOffset(TimeSpan.FromHours(3) - now.Offset),
                _ => now.AddMilliseconds(step),
            };
            text.Append(Line(what, what == Happening.Late ? now.AddMilliseconds(-who % 10_000) : now, who));
        }
        return text.ToString()[..Math.Max(0, text.Length - half)];
    }

    private static string Line(Happening what, DateTimeOffset time, int who)
    {
        string stamp = time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff", CultureInfo.InvariantCulture)
            + time.ToString("zzz", CultureInfo.InvariantCulture);
        string At(string line) => line.Replace("2026-11-21T06:00:00+02:00", stamp, StringComparison.Ordinal);
        return what switch
        {
            Happening.Refusal => At(Usage.Line.Refusal("auth.client.form", "[password-auth.failed] invalid")),
            Happening.Denial => At(Usage.Line.Denied(who % 5)),
            Happening.SignUp => $"logger=http.server t={stamp} level=info msg=\"Successful Login\" User=a@b\n",
            Happening.Picture => At(Usage.Line.Rendering(who % 2 == 0 ? "d/lab?orgId=1" : "d-solo/ward", who / 2 % 5)),
            Happening.Json =>
                $"{{\"level\":\"info\",\"logger\":\"context\",\"msg\":\"Request "
                + $"Completed\",\"status\":200,\"t\":\"{stamp}\",\"uname\":\"{Logins[0]}\",\"userId\":{who % 5}}}\n",
            Happening.Panic => "panic: nothing of Grafana's\n",
            Happening.Timeless => "logger=plugin level=info msg=timeless\n",
            Happening.Empty => "\n",
            Happening.CarriageReturn => At(Request(who)).TrimEnd('\n') + "\r\n",
            Happening.Console => "INFO [11-21|06:00:00] Starting Grafana   logger=settings\n",
            Happening.Restart => At(Usage.Line.Server(who % 3)),
            Happening.LongLine => new string('x', 1100 * 1024) + "\n",
            _ => At(Request(who)),
        };
    }

    private static string Request(int who) => Usage.Line.Request(
        who % 5, 1 + (who % 2), Logins[who / 5 % 4], method: who % 3 == 0 ? "POST" : "GET", path: Paths[who / 20 % Paths.Length],
        status: who % 17 == 0 ? 503 : 200, referer: Referers[who / 220 % Referers.Length], ms: who % 900);
}
