using Athena.Sandbox.Demo;

namespace Athena.Sandbox.Tests;

internal sealed class RecordedTrafficTests
{
    private const string Ending = "status_source=server";

    [Test]
    public void Gives_a_recorded_line_the_id_that_the_person_has_here()
    {
        var adapted = RecordedTraffic.Adapt(Line("userId=2 orgId=1 uname=naledi", "GET", "/d/ward-occupancy", 200), uname => uname == "naledi" ? (17, uname) : null);
        Assert.Multiple(() =>
        {
            Assert.That(adapted!.Value.Start, Is.EqualTo("logger=context userId=17 orgId=1 uname=naledi "));
            Assert.That(adapted.Value.End, Does.StartWith(" level=info msg=\"Request Completed\" method=GET path=/d/ward-occupancy status=200 ").And.EndWith(Ending));
        });
    }

    [TestCase("userId=1 orgId=1 uname=admin", "POST", "/api/admin/users/5/enable", 200)]
    [TestCase("userId=0 orgId=0 uname=", "POST", "/api/user/signup/step2", 200)]
    [TestCase("userId=0 orgId=0 uname=", "POST", "/login", 401)]
    [TestCase("userId=99 orgId=1 uname=who.is.that", "GET", "/api/user/orgs", 200)]
    public void Leaves_out_what_would_be_a_lie_about_accounts(string who, string method, string path, int status) =>
        Assert.That(RecordedTraffic.Adapt(Line(who, method, path, status), uname => uname == "admin" ? (1, uname) : null), Is.Null);

    private static string Line(string who, string method, string path, int status) =>
        $"logger=context {who} t=2026-11-21T01:23:44.88Z level=info msg=\"Request Completed\" method={method} path={path} status={status} remote_addr=127.0.0.1 time_ms=1 "
        + $"duration=1ms size=2 referer= handler=/x {Ending}";
}
