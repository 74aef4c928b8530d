using Athena.Common.Notify.Documents;
using FsCheck;
using FsCheck.Fluent;

namespace Athena.Common.Tests.Notify;

/// <summary>What a reader copies out of a mail holds no sign that cannot be seen; what could become a link holds them as ever.</summary>
internal sealed class MachineWordTests
{
    private const string Breaker = "\u200B";

    [TestCase("/var/log/grafana/grafana.log may be read by its owner and the group 'grafana'.")]
    [TestCase(
        "Let the service be of that group: sudo /usr/lib/athena-workers/read-grafana-log grafana-auto-disable, then sudo systemctl "
        + "restart grafana-auto-disable")]
    [TestCase("No space left on device : '/var/lib/grafana-auto-disable/state.json.new'")]
    [TestCase("Set LOG=journal:grafana-server.service in /etc/default/grafana-auto-disable.")]
    [TestCase("Set LOG=file:/var/log/grafana/grafana.log.")]
    [TestCase("12.3.1")]
    [TestCase("No connection to http://127.0.0.1:3000/ (ConnectionRefused).")]
    [TestCase("Grafana answered 403: Permissions needed: users:disable")]
    [TestCase("The database refused it, 42501: permission denied")]
    [TestCase("state.previous.json: taken in place of state.json")]
    public void What_is_copied_comes_out_as_it_is(string detail)
    {
        var phrase = Phrase.Of(Stranger.Detail(detail));
        Assert.That((phrase.Text, phrase.Html), Is.EqualTo((detail, System.Net.WebUtility.HtmlEncode(detail))));
    }

    [TestCase("evil.example")]
    [TestCase("https://evil.example/etc/x")]
    [TestCase("//evil.example/x")]
    [TestCase("/etc//evil.example")]
    [TestCase("/var/me@evil.example")]
    [TestCase("/evil.example")]
    [TestCase("evil.service.example")]
    [TestCase("me@evil.service")]
    [TestCase("LOG=https://evil.example")]
    [TestCase("file:evil.example")]
    [TestCase("journal:evil.example")]
    [TestCase("/etc/\u0435vil.example")]
    [TestCase("12.3.1.example")]
    [TestCase("203.0.113.9")]
    [TestCase("08001234567")]
    [TestCase("http://127.0.0.1:3000/api/admin/users/1/disable")]
    [TestCase("http://127.0.0.1.evil.example/")]
    [TestCase("http://127.0.0.1:80@evil.example/")]
    [TestCase("users:disable@evil.example")]
    [TestCase("evil.com:read")]
    [TestCase("javascript:alert")]
    [TestCase("state.json.evil.example")]
    public void What_is_no_word_of_this_machine_is_broken_as_ever(string word)
    {
        var phrase = Phrase.Of(Stranger.Detail($"They said {word} and went"));
        Assert.That(
            (phrase.Text.Contains(word, StringComparison.Ordinal), phrase.Text.Contains(Breaker, StringComparison.Ordinal)),
            Is.EqualTo((false, true)),
            phrase.Text);
        Assert.That(phrase.Text.Replace(Breaker, "", StringComparison.Ordinal), Is.EqualTo($"They said {word} and went"));
    }

    /// <summary>A name is a name, even one that looks like a path: only what we say about a fault is a detail.</summary>
    [Test]
    public void A_name_is_broken_whatever_it_looks_like() =>
        Assert.That(Phrase.Of(new Stranger("/etc/x.y")).Text, Does.Contain(Breaker));

    [Test]
    public void Whatever_it_is_the_words_stay_and_no_markup_acts() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
        {
            var (detail, name) = (Phrase.Of(Stranger.Detail(text, 200)), Phrase.Of(new Stranger(text, 200)));
            return detail.Text.Replace(Breaker, "", StringComparison.Ordinal) == name.Text.Replace(Breaker, "", StringComparison.Ordinal)
                && !detail.Html.Contains('<') && !detail.Text.Any(char.IsControl);
        }).QuickCheckThrowOnFailure();
}
