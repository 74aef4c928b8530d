using System.Globalization;
using System.Text;
using Athena.Common.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Athena.Common.Tests.Text;

public sealed class ClaimedTextTests
{
    private const string Family = "\U0001F468\u200D\U0001F469\u200D\U0001F467";

    [TestCase("")]
    [TestCase("Naledi Dlamini")]
    [TestCase("\ud800")]
    public void What_is_short_stays_as_it_is(string text) => Assert.That(ClaimedText.Cut(text), Is.SameAs(text));

    [TestCase("<")]
    [TestCase("\u0001", TestName = "{m}(a control character)")]
    [TestCase("é")]
    [TestCase("\U0001F600")]
    [TestCase("e\u0301")]
    public void What_is_long_ends_after_a_whole_sign_and_says_that_it_was_cut(string sign)
    {
        var cut = ClaimedText.Cut(string.Concat(Enumerable.Repeat(sign, 255)));
        Assert.That(cut, Is.EqualTo(string.Concat(Enumerable.Repeat(sign, (cut.Length - 1) / sign.Length)) + ClaimedText.Mark));
        Assert.That(new StringInfo(cut).LengthInTextElements, Is.GreaterThan(90).And.LessThanOrEqualTo(ClaimedText.MostSigns));
    }

    [Test]
    public void A_family_of_many_joined_signs_is_never_cut_apart()
    {
        var cut = ClaimedText.Cut(string.Concat(Enumerable.Repeat(Family, 60)));
        Assert.That(cut, Is.EqualTo(string.Concat(Enumerable.Repeat(Family, (cut.Length - 1) / Family.Length)) + ClaimedText.Mark));
    }

    [Test]
    public void One_sign_of_a_thousand_marks_is_cut_all_the_same() =>
        Assert.That(ClaimedText.Cut("a" + new string('\u0301', 1000)), Has.Length.EqualTo(ClaimedText.MostUnits).And.EndsWith("\u0301…"));

    [Test]
    public void An_address_that_was_cut_is_no_address_any_more()
    {
        foreach (var local in new[] { 1, 20, 64 })
        {
            var address = new string('a', local) + "@" + string.Join('.', Enumerable.Repeat("hospital", 20)) + ".example";
            Assert.That(EmailAddress.TryParse(address, out _), Is.True, "whole");
            Assert.That(EmailAddress.TryParse(ClaimedText.Cut(address), out _), Is.False, "cut");
        }
    }

    [Test]
    public void Any_text_is_bounded_begins_as_it_did_and_is_cut_once_only() => Check.QuickThrowOnFailure(Prop.ForAll(Texts, text =>
    {
        var cut = ClaimedText.Cut(text);
        return cut.Length <= ClaimedText.MostUnits
            && new StringInfo(cut).LengthInTextElements <= ClaimedText.MostSigns
            && ClaimedText.Cut(cut) == cut
            && ClaimedText.Cut(text, before: cut) == cut
            && (cut == text || (ClaimedText.IsCut(cut) && text.StartsWith(cut[..^1], StringComparison.Ordinal)))
            && (IsValid(cut) || !IsValid(text));
    }));

    private static Arbitrary<string> Texts =>
        Gen.Elements(
            "a", "é", "\r", "\n", "e\u0301", "\u0301", "\U0001F600", "\U0001F1FF\U0001F1E6", Family, "\u200D", "\u0600", "\ud800", "…", " ")
            .ListOf().Select(signs => string.Concat(signs)).Resize(220).ToArbitrary();

    private static bool IsValid(string text) => !text.EnumerateRunes().Any(rune => rune == Rune.ReplacementChar);
}
