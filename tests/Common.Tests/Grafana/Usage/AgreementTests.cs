using System.Text;
using Athena.Common.Grafana.Usage;
using Athena.Common.Tests.GrafanaLog;
using FsCheck;
using FsCheck.Fluent;

namespace Athena.Common.Tests.Grafana.Usage;

/// <summary>Two counters that share no code must say the same of every log.</summary>
public sealed class AgreementTests
{
    private static readonly ActivityCounterOptions Options = new() { OwnIds = [1], IgnoredIds = [17] };

    private static readonly Gen<string> Hostile = Gen.Elements(
        "naledi", "sa-1-looks-like", " lead", "admin ", "", "null", "x userid=1 orgid=1 uname=admin msg=\"request completed\"",
        "new\nline", "back\\slash", "é名😀\u202e", "\"");

    private static readonly string[] Paths =
    [
        "/", "/d/ward", "/d/ward/x y", "/d-solo/ward/x", "/d/athena-probe-1", "/d/athena-probe-2/x", "/d/athena-probe-", "/login",
        "/api/search", "/api/live/ws",
        "/api/frontend-metrics", "/api/user/auth-tokens/rotate", "/api/ds/query",
        "/apis/query.grafana.app/v0alpha1/namespaces/default/query",
        "/api/dashboards/uid/ward", "/api/dashboards/uid/a \"b", "/api/dashboards/uid/", "/api/dashboards/uid/a/b", "/api/dashboards/home",
        "/apis/dashboard.grafana.app/v2/namespaces/default/dashboards/lab/dto",
        "/apis/dashboard.grafana.app/v2/namespaces/default/dashboards//dto", "/apis/dashboard.grafana.app/v2//default/dashboards/lab/dto",
        "/api/admin/users/5/disable", "//API/Orgs//1/", "/api/user",
        "/api/serviceaccounts", "/api/folders/x/permissions", "/api/dashboards/permissions", "/api/teams/search", "/api/auth/keys",
        "/apis/iam.grafana.app/v1/x", "/public/x", "",
        "/render/d/ward/x", "/render/d-solo/lab", "/api/public/dashboards/0123", "/api/public/dashboards/0123/panels/2/query",
        "/api/snapshots/k", "/api/datasources/proxy/1/x",
        "/api/datasources/uid/x/resources/y", "/apis/dashboard.grafana.app/v1/namespaces/default/dashboards/lab",
        "/apis/dashboard.grafana.app/v1beta1/namespaces/default/dashboards/ward/dto",
        "/apis/dashboard.grafana.app/v2beta1/namespaces/default/dashboards/ward/dto",
        "/apis/features.grafana.app/v0alpha1/namespaces/default/ofrep/v1/evaluate/flags",
        "/api/admin/users/7/disable", "/api/admin/users/uid-7/disable", "/api/users/5", "/api/serviceaccounts/5",
        "/api/users/search", "/api/users/lookup", "/api/users/lookup/orgs", "/api/serviceaccounts/search", "/api/orgs/3/users",
        "/api/orgs/3/users/5", "/api/orgs/3/users/search", "/api/dashboards/uid/search",
    ];

    private static readonly Gen<string> Referer = Gen.Elements(
        "", "", "http://127.0.0.1:3000/d/ward/x?orgId=1", "http://127.0.0.1:3000/grafana/d-solo/lab?panelId=1&render=1",
        "http://127.0.0.1:3000/d/d/", "http://127.0.0.1:3000/d/\"<x",
        "http://127.0.0.1:3000/x?render=1", "http://127.0.0.1:3000/x?prerender=1", "http://127.0.0.1:3000/athena-workers/compliance",
        "https://g/sub/athena-workers/x/1", "https://g/?x=/athena-workers/x", "athena-workers/x",
        "http://127.0.0.1:3000/d/ward/x?render=1", "https://g/d-solo/lab?a=b&render=1", "render=1",
        "http://127.0.0.1:3000/d-solo/a/d/b?x=1&render=1#y", "/d/ward");

    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "get", ""];

    private static readonly Gen<string> Request =
        from id in Gen.Elements(-1, 0, 0, 1, 2, 2, 3, 17)
        from org in Gen.Elements(-1, 0, 1, 1, 2)
        from login in Hostile
        from moment in Gen.OneOf(Gen.Choose(0, 1_999_999_999), Gen.Choose(0, 100_000_000))
        from method in Gen.Elements([.. Methods, "GET", "GET"])
        from path in Gen.Elements(Paths)
        from status in Gen.Elements(200, 200, 200, 201, 302, 304, 401, 403, 404, 500, 599, 600, -1, 0, 99)
        from referer in Referer
        from error in Gen.Elements("", "", "identity.disabled")
        select Line.Request(
            id,
            org,
            login,
            new TimeSpan(6, 0, 0).Add(TimeSpan.FromTicks(18L * moment)).ToString(@"hh\:mm\:ss\.fffffff"),
            method,
            path,
            status,
            referer,
            moment % 700,
            error);

    private static readonly Gen<string> Picture =
        from id in Gen.Elements(0, 1, 2, 2, 3)
        from page in Gen.Elements("d/ward/x?orgId=1", "d-solo/lab?panelId=1&render=1", "d-solo/ward", "explore?x", "/d/ward/x")
        from second in Gen.Choose(0, 199)
        select Line.Rendering(page, id, new TimeSpan(6, 0, second).ToString(@"hh\:mm\:ss"));

    private static readonly Gen<string> Anything = Gen.Frequency(
        (8, Request),
        (2, Picture),
        (1, Gen.Elements("auth.client.form", "auth.client.api-key", "auth.client.session").SelectMany(client => Gen.Elements(
            "[password-auth.failed] invalid", "too many consecutive incorrect login attempts for user", "user token not found")
                .Select(error => Line.Refusal(client, error)))),
        (1, Gen.Elements(2, 17).Select(id => Line.Denied(id))),
        (1, Gen.Elements(
            "panic: x\n", "logger=http.server t=2026-11-21T06:00:00+02:00 level=info msg=\"Successful Login\" User=a@b\n", "\n")));

    [TestCaseSource(typeof(RecordedLogs), nameof(RecordedLogs.Names))]
    public void On_every_recorded_log(string name) => AssertAgreement(RecordedLogs.Lines(name));

    [Test]
    public void On_the_recorded_day_as_a_whole() => AssertAgreement([.. RecordedLogs.Day.SelectMany(RecordedLogs.Lines)]);

    /// <summary>
    /// Which of them are ours is a table in one and a pattern in the other; a rare difference would be found by chance alone.
    /// </summary>
    [Test]
    public void On_every_request_of_our_own_account() =>
        Assert.Multiple(() =>
        {
            foreach (string method in Methods)
            {
                foreach (string path in Paths)
                    AssertAgreement(
                    [
                        Encoding.UTF8.GetBytes(Line.Request(
                            1,
                            1,
                            "sa-1-looks-like",
                            "06:00:01.0000000",
                            method,
                            path,
                            200,
                            "http://127.0.0.1:3000/athena-workers/compliance",
                            1,
                            "").TrimEnd('\n')),
                    ]);
            }
        });

    [Test]
    public void On_logs_that_nobody_ever_saw() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Anything.ListOf().ToArbitrary(), lines =>
        {
            AssertAgreement([.. lines.Select(line => Encoding.UTF8.GetBytes(line.TrimEnd('\n')))]);
            return true;
        }));

    private static void AssertAgreement(List<byte[]> lines)
    {
        Activity activity = Counted.Lines(lines, Options);
        Assert.That(PlainCounter.Facts(activity), Is.EqualTo(PlainCounter.Facts(lines, Options)));
        Assert.That(activity.IsCut, Is.False);
    }
}
