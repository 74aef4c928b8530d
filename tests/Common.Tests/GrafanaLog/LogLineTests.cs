using System.Text;
using Athena.Common.GrafanaLog.Line;

namespace Athena.Common.Tests.GrafanaLog;

/// <summary>The rules of docs/grafana.md §1, one by one.</summary>
public sealed class LogLineTests
{
    private const string Request =
        "logger=context userId=2 orgId=1 uname=naledi t=2026-11-21T03:36:45.009237129+02:00 level=info msg=\"Request Completed\" "
        + "method=GET path=/d/ward-occupancy status=200 remote_addr=127.0.0.1 time_ms=67 duration=67.1ms size=52195 referer= "
        + "handler=/d/:uid status_source=server";

    [Test]
    public void Reads_every_field_of_a_request_line()
    {
        LogLine line = Parse(Request);

        Assert.That(line.Kind, Is.EqualTo(LineKind.Request));
        Assert.That(line.Time, Is.EqualTo(new DateTimeOffset(2026, 11, 21, 3, 36, 45, TimeSpan.FromHours(2)).AddTicks(92371)));
        Assert.That(line.UserId, Is.EqualTo(2));
        Assert.That(line.OrgId, Is.EqualTo(1));
        Assert.That(line.Status, Is.EqualTo(200));
        Assert.That(line.TimeMs, Is.EqualTo(67));
        Assert.That(line.Login.ToString(), Is.EqualTo("naledi"));
        Assert.That(line.Method.ToString(), Is.EqualTo("GET"));
        Assert.That(line.Path.ToString(), Is.EqualTo("/d/ward-occupancy"));
        Assert.That(line.RemoteAddress.ToString(), Is.EqualTo("127.0.0.1"));
        Assert.That(line.Referer.IsEmpty);
    }

    [Test]
    public void Reads_the_same_from_json_whatever_the_order_of_keys()
    {
        LogLine line = Parse("""
            {"duration":"4.3ms","handler":"/api/live/ws","level":"info","logger":"context","method":"GET","msg":"Request Completed","orgId":-1,"path":"/api/live/ws","referer":"","remote_addr":"::1","size":0,"status":-1,"t":"2026-11-21T01:33:02.8Z","time_ms":4,"uname":"a\u003cb\n\"","userId":9007199254740993}
            """);

        Assert.That(line.Kind, Is.EqualTo(LineKind.Request));
        Assert.That(line.Time, Is.EqualTo(new DateTimeOffset(2026, 11, 21, 1, 33, 2, 800, TimeSpan.Zero)));
        Assert.That(line.UserId, Is.EqualTo(9007199254740993));
        Assert.That(line.OrgId, Is.EqualTo(-1));
        Assert.That(line.Status, Is.EqualTo(-1));
        Assert.That(line.Login.ToString(), Is.EqualTo("a<b\n\""));
        Assert.That(line.RemoteAddress.ToString(), Is.EqualTo("::1"));
    }

    [Test]
    public void Takes_the_first_of_two_equal_keys()
    {
        LogLine line = Parse(Request + " userId=1 uname=admin msg=other");
        Assert.That(line.UserId, Is.EqualTo(2));
        Assert.That(line.Login.ToString(), Is.EqualTo("naledi"));
        Assert.That(line.Kind, Is.EqualTo(LineKind.Request));
    }

    [Test]
    public void Takes_the_first_of_two_equal_keys_also_when_the_first_is_empty()
    {
        LogLine line = Parse(Request.Replace("uname=naledi", "uname=") + " uname=admin");
        Assert.That(line.Login.IsEmpty);
    }

    [TestCase("uname=back\\slash", "back\\slash")]
    [TestCase("uname=%41dmin%00", "%41dmin%00")]
    [TestCase("uname=\"null\"", "null")]
    [TestCase("uname=\"admin \"", "admin ")]
    [TestCase("uname=\"back\\\\slash \"", "back\\slash ")]
    [TestCase("uname=\"line\\nbreak\"", "line\nbreak")]
    [TestCase("uname=\"null\\u0000@x\"", "null\0@x", TestName = "{m}(a null)")]
    [TestCase("uname=\"\\u00e9 \\u20ac\"", "é €")]
    [TestCase("uname=\"\\ud83d\\ude00 \"", "😀 ")]
    [TestCase("uname=\"\\ud83d \"", "\uFFFD ")]
    [TestCase("uname=\"\\ud83d\\u0041\"", "\uFFFDA")]
    [TestCase("uname=\"\\x41 \\u12\"", "\\x41 \\u12")]
    [TestCase("uname=\"ends with \\\\\"", "ends with \\")]
    public void Decodes_a_login_as_Grafana_wrote_it(string field, string login) =>
        Assert.That(Parse(Request.Replace("uname=naledi", field)).Login.ToString(), Is.EqualTo(login));

    [Test]
    public void A_login_that_imitates_a_request_line_forges_nothing()
    {
        const string Login = "x userId=1 orgId=7 uname=admin t=2000-01-01T00:00:00Z msg=\"Request Completed\" status=500 path=/evil";
        LogLine request = Parse(Request.Replace("uname=naledi", "uname=" + GrafanasQuoting.Write(Login)));
        LogLine denied = Parse(
            $"logger=context userId=5 orgId=1 uname={GrafanasQuoting.Write(Login)} t=2026-11-21T03:36:45Z level=info msg=\"Access "
            + "denied\"");
        LogLine login = Parse(
            $"logger=http.server t=2026-11-21T03:36:45Z level=info msg=\"Successful Login\" User={GrafanasQuoting.Write(Login)}");

        Assert.That(request.UserId, Is.EqualTo(2));
        Assert.That(request.Status, Is.EqualTo(200));
        Assert.That(request.Login.ToString(), Is.EqualTo(Login));
        Assert.That(denied.Kind, Is.EqualTo(LineKind.AccessDenied));
        Assert.That(denied.UserId, Is.EqualTo(5));
        Assert.That(login.Kind, Is.EqualTo(LineKind.SuccessfulLogin));
        Assert.That(login.UserId, Is.Zero);
        Assert.That(login.User.ToString(), Is.EqualTo(Login));
    }

    [TestCase("logger=contexts userId=1 level=info msg=\"Request Completed\"", LineKind.Other)]
    [TestCase("logger=context userId=1 level=info msg=\"Request Completed.\"", LineKind.Other)]
    [TestCase("logger=context userId=1 level=info msg=\"Dashboard not found\"", LineKind.Other)]
    [TestCase("logger=plugin.x t=2026-11-21T03:36:45Z level=info msg=\"Request Completed\" status=error", LineKind.Other)]
    [TestCase("t=2026-11-21T03:36:45Z level=warn caller=logger.go:224 time=2026-11-21T03:36:45Z msg=\"Cluster-scoped\"", LineKind.Other)]
    [TestCase("logger=http.server level=info msg=\"Successful Logout\" id=user:2", LineKind.Other)]
    [TestCase("logger=context userId=1x level=info msg=\"Request Completed\"", LineKind.NotUnderstood)]
    [TestCase("logger=context userId=99999999999999999999 level=info msg=\"Request Completed\"", LineKind.NotUnderstood)]
    [TestCase("logger=context userId=1 status=4294967496 level=info msg=\"Request Completed\"", LineKind.NotUnderstood)]
    [TestCase("logger=context userId=1 level=info msg=\"Request Completed", LineKind.NotUnderstood)]
    [TestCase("logger=context userId=1 level=info msg=\"Request Completed\\\"", LineKind.NotUnderstood)]
    [TestCase("logger=context userId=1 level=info msg=\"Request Completed\"uname=x", LineKind.NotUnderstood)]
    [TestCase("logger=context userId=1 level=info uname=x\"y msg=\"Request Completed\"", LineKind.NotUnderstood)]
    [TestCase("", LineKind.NotUnderstood)]
    [TestCase("panic: runtime error: index out of range", LineKind.NotUnderstood)]
    [TestCase("a=b c=d", LineKind.NotUnderstood)]
    [TestCase("=b level=info msg=x", LineKind.NotUnderstood)]
    [TestCase("{}", LineKind.NotUnderstood)]
    [TestCase("{\"level\":\"info\",\"msg\":\"x\"", LineKind.NotUnderstood)]
    [TestCase("{\"level\":\"info\",\"msg\":\"x\"} trailing", LineKind.NotUnderstood)]
    [TestCase("{\"level\":\"info\" \"msg\":\"x\"}", LineKind.NotUnderstood)]
    [TestCase("{\"level\":\"info\",\"msg\":}", LineKind.NotUnderstood)]
    [TestCase("{\"level\":\"info\",\"target\":[\"all\",{\"msg\":\"no\"}],\"msg\":\"x\",\"n\":null} ", LineKind.Other)]
    [TestCase("INFO [11-21|03:46:55] Starting Grafana    logger=settings", LineKind.Console)]
    [TestCase(
        "\u001b[32mINFO \u001b[0m[11-21|03:46:55] Starting Grafana \u001b[32mlogger\u001b[0m=settings\r", LineKind.Console,
        TestName = "{m}(a line of the console format)")]
    [TestCase("INFO [11-21] level=info msg=x", LineKind.NotUnderstood)]
    public void Tells_what_a_line_is(string text, LineKind kind) => Assert.That(Parse(text).Kind, Is.EqualTo(kind));

    [TestCase("client=auth.client.form error=\"[password-auth.failed] failed to authenticate identity\"", LineKind.FailedLogin)]
    [TestCase(
        "client=auth.client.form error=\"[password-auth.failed] failed to authenticate identity: [identity.not-found] no user found: user "
        + "not found\"",
        LineKind.FailedLogin)]
    [TestCase(
        "client=auth.client.ldap error=\"[password-auth.failed] failed to authenticate identity: [password-auth.invalid] invalid "
        + "password\\nLDAP Result Code 200 \\\"Network Error\\\": dial tcp 10.0.0.1:389: i/o timeout\"",
        LineKind.FailedLogin)]
    [TestCase("client=auth.client.api-key error=\"[api-key.invalid] API key is invalid\"", LineKind.FailedLogin)]
    [TestCase("client=auth.client.jwt error=\"[jwt.invalid] failed to verify JWT\"", LineKind.FailedLogin)]
    [TestCase("client=auth.client.anonymous error=\"organization not found\"", LineKind.Other)]
    [TestCase("client=auth.client.session error=\"user token revoked\"", LineKind.Other)]
    [TestCase("client=auth.client.api-key error=\"invalid API key\"", LineKind.FailedLogin)]
    [TestCase(
        "client=auth.client.basic error=\"[password-auth.failed] too many consecutive incorrect login attempts for user - login for user "
        + "temporarily blocked\"",
        LineKind.LoginBlocked)]
    [TestCase("client=auth.client.session error=\"user token not found\"", LineKind.Other)]
    [TestCase("client=auth.client.session error=\"[session.token.rotate] token needs to be rotated\"", LineKind.Other)]
    public void Tells_a_guessed_password_from_an_expired_session(string fields, LineKind kind)
    {
        LogLine line = Parse(
            $"logger=authn.service t=2026-11-21T02:25:13.44326437Z level=info msg=\"Failed to authenticate request\" {fields}");
        Assert.That(line.Kind, Is.EqualTo(kind));
        Assert.That(line.Client.StartsWith("auth.client."u8));
    }

    /// <summary>Whichever client asks: an outage answers them all alike, and each page that is open asks again and again.</summary>
    [Test]
    public void What_lies_below_grafana_and_does_not_answer_is_no_failed_login(
        [Values("session", "anonymous", "form", "basic", "api-key", "ldap", "jwt", "proxy", "render")] string client,
        [Values(
            "dial tcp 127.0.0.1:5432: connect: connection refused",
            "pq: the database system is starting up",
            "pq: terminating connection due to administrator command",
            "pq: sorry, too many clients already",
            "pq: relation \\\"user_auth_token\\\" does not exist",
            "FATAL: server login has been failing, cached error: connect timeout (SQLSTATE 08P01)",
            "driver: bad connection",
            "read tcp 10.0.0.1:41000->10.0.0.2:5432: i/o timeout",
            "dial tcp: lookup db.example on 127.0.0.53:53: no such host",
            "Error 1040: Too many connections",
            "invalid connection",
            "database is locked (5) (SQLITE_BUSY)",
            "sql: database is closed",
            "unexpected EOF",
            "EOF",
            "context deadline exceeded",
            "context canceled",
            "[password-auth.failed] failed to authenticate identity: dial tcp 127.0.0.1:5432: connect: connection refused",
            "[password-auth.failed] failed to authenticate identity: [identity.not-found] no user found\\nLDAP Result Code 200 "
            + "\\\"Network Error\\\": dial tcp 10.0.0.1:389: i/o timeout")] string error)
    {
        LogLine line = Parse(
            "logger=authn.service t=2026-11-21T02:25:13.44326437Z level=warn msg=\"Failed to authenticate request\" "
            + $"client=auth.client.{client} error=\"{error}\"");
        Assert.That(line.Kind, Is.EqualTo(LineKind.IdentityUnavailable));
    }

    [Test]
    public void An_error_without_a_message_id_is_no_refusal_of_a_password()
    {
        LogLine line = Parse(
            "logger=authn.service t=2026-11-21T02:25:13Z level=warn msg=\"Failed to authenticate request\" client=auth.client.form "
            + "error=\"something new below\"");
        Assert.That(line.Kind, Is.EqualTo(LineKind.IdentityUnavailable));
    }

    [Test]
    public void Keeps_who_was_denied_what()
    {
        LogLine line = Parse(
            "logger=context userId=28 orgId=1 uname=sa-1-athena-bot t=2026-11-21T01:23:44.7Z level=info msg=\"Access denied\" "
                + "id=service-account:28 accessErrorID=ACE7386461541 permissions=\"action:users:read scopes:\"");
        Assert.That(line.Kind, Is.EqualTo(LineKind.AccessDenied));
        Assert.That(line.Identity.ToString(), Is.EqualTo("service-account:28"));
        Assert.That(line.Permissions.ToString(), Is.EqualTo("action:users:read scopes:"));
    }

    [Test]
    public void A_line_that_is_not_understood_tells_nothing_else()
    {
        LogLine line = Parse(Request + " broken=\"");
        Assert.That(line.Kind, Is.EqualTo(LineKind.NotUnderstood));
        Assert.That(line.UserId, Is.Zero);
        Assert.That(line.Login.IsEmpty);
        Assert.That(line.Time, Is.Null);
    }

    [Test]
    public void A_request_line_without_most_of_its_fields_is_still_one()
    {
        LogLine line = Parse("msg=\"Request Completed\" newField=1 level=info logger=context");
        Assert.That(line.Kind, Is.EqualTo(LineKind.Request));
        Assert.That(line.UserId, Is.Zero);
        Assert.That(line.Time, Is.Null);
    }

    private static LogLine Parse(string line) => LogLine.Parse(Encoding.UTF8.GetBytes(line));
}
