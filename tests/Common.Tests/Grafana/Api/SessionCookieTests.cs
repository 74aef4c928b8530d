using Athena.Common.Grafana.Api.SignIn;

namespace Athena.Common.Tests.Grafana.Api;

public sealed class SessionCookieTests
{
    private const string Hex = "0123456789abcdef0123456789abcdef";

    [TestCase("grafana_session=abc; Path=/; Max-Age=2592000; HttpOnly", "grafana_session", "abc")]
    [TestCase("AWSALB=zzz|grafana_session=abc", "grafana_session", "abc")]
    [TestCase("SERVERID=web1|hospital=" + Hex, "hospital", Hex)]
    [TestCase("grafana_session=old|mine=new", "mine", "new", "mine")]
    [TestCase("only=one", "only", "one")]
    public void Finds_the_session_among_the_cookies(string cookies, string name, string value, string? known = null)
    {
        var found = SessionCookie.Find(cookies.Split('|'), known);
        Assert.That((found?.Name, found?.Value), Is.EqualTo((name, value)));
    }

    [TestCase("")]
    [TestCase("grafana_session_expiry=1795227445; Path=/")]
    [TestCase("grafana_session=; Path=/; Max-Age=0")]
    [TestCase("grafana_session=abc; Max-Age=0")]
    [TestCase("grafana_session=abc; Max-Age=-1")]
    [TestCase("grafana_session=a b")]
    [TestCase("grafana_session=a\tb")]
    [TestCase("=abc")]
    [TestCase("no equals sign")]
    public void Takes_nothing_else_for_a_session(string cookie) => Assert.That(SessionCookie.Find([cookie], null), Is.Null);

    [Test]
    public void Reads_how_long_Grafana_keeps_the_session() =>
        Assert.That(SessionCookie.Find(["grafana_session=abc; Path=/; max-age=3600"], null)?.MaxAge, Is.EqualTo(TimeSpan.FromHours(1)));
}
