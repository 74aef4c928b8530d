using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Athena.Common.Notify.Documents;
using Athena.Common.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Athena.Common.Tests.Text;

public sealed partial class UntrustedTextTests
{
    // Logins that Grafana took, docs/grafana.md §1.
    [TestCase("Naledi Dlamini", "Naledi Dlamini")]
    [TestCase("\u202Enimda", "⟨U+202E⟩nimda")]
    [TestCase("two\nlines", "two⟨U+000A⟩lines")]
    [TestCase(" lead", "⟨U+0020⟩lead")]
    [TestCase("admin ", "admin⟨U+0020⟩")]
    [TestCase("a  b", "a ⟨U+0020⟩b")]
    [TestCase("ad\u200Bmin", "ad⟨U+200B⟩min")]
    [TestCase("ad\u3164min", "ad⟨U+3164⟩min")]
    [TestCase("⟨U+202E⟩", "⟨U+27E8⟩U+202E⟩")]
    [TestCase("Zoë Ünal 山田 😀", "Zoë Ünal 山田 😀")]
    [TestCase("e\u0301", "e\u0301")]
    [TestCase("\u0301x", "⟨U+0301⟩x")]
    [TestCase(null, "")]
    public void Shows_what_cannot_be_seen(string? text, string shown) => Assert.That(UntrustedText.Visible(text, 100), Is.EqualTo(shown));

    // Not a test case above: an attribute cannot hold half a character.
    [Test]
    public void Half_a_character_is_shown_or_dropped()
    {
        Assert.That(UntrustedText.Visible("x\uD83Dy", 10), Is.EqualTo("x⟨U+D83D⟩y"));
        Assert.That(UntrustedText.SingleLine("a\uD83D"), Is.EqualTo("a"));
        Assert.That(EmailAddress.TryParse("x\uD83Dy@example.org", out _), Is.False);
    }

    [Test]
    public void Shows_a_tower_of_marks_as_what_it_is() =>
        Assert.That(UntrustedText.Visible("a" + new string('\u0301', 6), 10), Is.EqualTo("a\u0301\u0301\u0301\u0301⟨U+0301⟩⟨U+0301⟩"));

    [Test]
    public void Cuts_between_signs_and_says_so()
    {
        Assert.That(UntrustedText.Visible(new string('x', 180), 40), Is.EqualTo(new string('x', 39) + "…"));
        Assert.That(UntrustedText.Visible("ab", 2), Is.EqualTo("ab"));
        Assert.That(UntrustedText.Visible("ab\u202Ecd", 3), Is.EqualTo("ab…"));
        Assert.That(UntrustedText.Visible("abe\u0301fg", 4), Is.EqualTo("abe\u0301…"));
        Assert.That(UntrustedText.Visible("😀😀😀", 2), Is.EqualTo("😀…"));
    }

    [Test]
    public void What_is_shown_tells_exactly_what_was_typed() => Prop.ForAll(Anything, text =>
    {
        string shown = UntrustedText.Visible(text, int.MaxValue);
        return Escape().Replace(shown, match => Typed(match.Groups[1].Value)) == text
            && !shown.Any(c => char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format);
    }).QuickCheckThrowOnFailure();

    [Test]
    public void Html_holds_no_markup_and_gives_the_text_back() => Prop.ForAll(Anything, text =>
    {
        string html = UntrustedText.Html(UntrustedText.Visible(text, int.MaxValue));
        return !html.Any(c => c is '<' or '>' or '"' or '\'') && !LooseAmpersand().IsMatch(html)
            && WebUtility.HtmlDecode(html).Replace("\u200B", "") == UntrustedText.Visible(text, int.MaxValue);
    }).QuickCheckThrowOnFailure();

    [TestCase("see http://evil.example/login now")]
    [TestCase("evil.example")]
    [TestCase("www.evil.example:8080/a")]
    [TestCase("boss@evil.example")]
    [TestCase("mailto:boss@evil.example")]
    [TestCase("\\\\evil\\share")]
    [TestCase("+27215550123")]
    public void Nothing_in_it_looks_like_a_link(string text)
    {
        string broken = UntrustedText.Unlinked(text);
        Assert.That(text, Does.Match(LooksLikeLink().ToString()), "the detector sees it while it is whole");
        Assert.That(broken, Does.Not.Match(LooksLikeLink().ToString()));
        Assert.That(broken.Replace("\u200B", ""), Is.EqualTo(text));
        Assert.That(WebUtility.HtmlDecode(UntrustedText.Html(text)), Is.EqualTo(broken));
    }

    [TestCase("Grafana answered 401: Invalid username or password.")]
    [TestCase("Main Org.: Viewer")]
    public void A_sentence_holds_nothing_to_break(string text) => Assert.That(UntrustedText.Unlinked(text), Is.EqualTo(text));

    [TestCase("thabo.mokoena+grafana@example.net", true)]
    [TestCase("evil.example/login@example.net", false)]
    [TestCase("https://evil.example/@example.net", false)]
    [TestCase("boss@example.org,two@example.org", false)]
    [TestCase("evil.example", false)]
    [TestCase("boss@ex\u0430mple.org", false, Description = "a Cyrillic letter")]
    public void One_plain_e_mail_address_can_be_copied_and_nothing_else(string text, bool isWhole)
    {
        Phrase shown = Phrase.Of(Stranger.Address(text));
        Assert.That(shown.Text.Contains('\u200B') || shown.Html.Contains('\u200B'), Is.Not.EqualTo(isWhole));
        Assert.That(Phrase.Of(new Stranger(text)).Text, Does.Contain("\u200B"), "elsewhere all are broken");
    }

    [TestCase("a\r\nBcc: b", "a Bcc: b")]
    [TestCase("a\rb\nc\td\u2028e\u0085f", "a b c d e f")]
    [TestCase("a\0\u001Bb\u007F", "ab", TestName = "{m}(control characters)")]
    [TestCase("Zoë 😀", "Zoë 😀")]
    public void One_line_stays_one_line(string text, string line) => Assert.That(UntrustedText.SingleLine(text), Is.EqualTo(line));

    [Test]
    public void A_laid_out_line_keeps_its_spaces_and_what_was_made_visible_before() =>
        Assert.That(UntrustedText.Inert("  1   ⟨U+202E⟩ \u202E\n"), Is.EqualTo("  1   ⟨U+202E⟩ ⟨U+202E⟩⟨U+000A⟩"));

    [Test]
    public void Making_inert_what_is_visible_changes_nothing() =>
        Check.QuickThrowOnFailure(Prop.ForAll(
            Anything, text => UntrustedText.Inert(UntrustedText.Visible(text, 500)) == UntrustedText.Visible(text, 500)));

    private static Arbitrary<string> Anything
    {
        get
        {
            Gen<string> odd = Gen.Elements(
                "\r\n", "\u202E", "⟨", "⟨U+202E⟩", " ", "\uD800", "\uDC00", "😀", "\u0301", "<b>", "&amp;", "&", "'\"", "\u00A0", "\u200B",
                "a.b@c", "12345");
            Gen<string> noise = ArbMap.Default.GeneratorFor<string>().Select(text => text ?? "");
            return Gen.OneOf(odd, noise).ArrayOf().Select(string.Concat).ToArbitrary();
        }
    }

    private static string Typed(string hex)
    {
        int value = int.Parse(hex, NumberStyles.HexNumber);
        return value is >= 0xD800 and <= 0xDFFF ? ((char)value).ToString() : char.ConvertFromUtf32(value);
    }

    [GeneratedRegex("⟨U\\+([0-9A-F]{4,6})⟩")]
    private static partial Regex Escape();

    [GeneratedRegex("&(?!(lt|gt|quot|amp|#39|#[0-9]+);)")]
    private static partial Regex LooseAmpersand();

    // As eager as the detectors of mail clients: scheme, word.word, word@, backslash host, seven digits.
    [GeneratedRegex(@"\w+:/|\w+:\w|\w\.\w|\S\.\w{2,}|\w@|@\w|\\\\\w|\d{7,}")]
    private static partial Regex LooksLikeLink();
}
