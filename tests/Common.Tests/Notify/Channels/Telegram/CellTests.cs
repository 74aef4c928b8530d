using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Tests.Daemon;
using Athena.Common.Text;
using FsCheck.Fluent;

namespace Athena.Common.Tests.Notify.Channels.Telegram;

public sealed class CellTests
{
    [TestCase("naledi", 6)]
    [TestCase("", 0)]
    [TestCase("Überwachung", 11)]
    [TestCase("U\u0308ber", 4, Description = "a combining mark takes no place")]
    [TestCase("漢字", 4)]
    [TestCase("ﾊﾝｶｸ", 4, Description = "half width forms")]
    [TestCase("한국어", 6)]
    [TestCase("\u1112\u1161\u11AB", 2, Description = "one syllable of three letters")]
    [TestCase("😀", 2)]
    [TestCase("👩\u200D⚕\uFE0F", 2, Description = "one picture of several signs")]
    [TestCase("👍🏽", 2)]
    [TestCase("🇿🇦", 2)]
    [TestCase("❤\uFE0F", 2)]
    [TestCase("❤", 1)]
    [TestCase("مرحبا", 5)]
    [TestCase("a\u200Bb", 2)]
    [TestCase("…", 1)]
    public void A_sign_takes_as_many_places_as_it_is_wide(string text, int width) => Assert.That(DisplayWidth.Of(text), Is.EqualTo(width));

    [TestCase("naledi", "naledi  |")]
    [TestCase("abcdefgh", "abcdefgh|")]
    [TestCase("abcdefghi", "abcdefg…|")]
    [TestCase("漢字漢字", "漢字漢字|")]
    [TestCase("漢字漢字x", "漢字漢… |", Description = "a wide letter does not fit into one place")]
    [TestCase("😀😀😀😀😀", "😀😀😀… |")]
    [TestCase("a\u202Eb", "a…      |", Description = "half a notation says nothing")]
    [TestCase(" x", "…       |")]
    [TestCase(null, "        |")]
    public void A_cell_is_exactly_as_wide_as_its_column(string? text, string expected) =>
        Assert.That(Cell.Left(text, 8) + "|", Is.EqualTo(expected));

    [Test]
    public void Numbers_stand_at_the_right() => Assert.That(Cell.Right("120", 6), Is.EqualTo("   120"));

    [Test]
    public void What_cannot_be_seen_is_shown_where_there_is_room() =>
        Assert.That(Cell.Left("admin\u202Enimda", 24), Is.EqualTo("admin⟨U+202E⟩nimda      "));

    [Test]
    public void Columns_hold_whatever_somebody_calls_themselves() => Sampled.Hold(Prop.ForAll(
        HostileSpans.Texts.ToArbitrary(), Gen.Choose(1, 40).ToArbitrary(), (text, width) =>
            DisplayWidth.Of(Cell.Left(text, width)) == width && DisplayWidth.Of(Cell.Right(text, width)) == width
                && !Cell.Left(text, width).Contains('\n')));
}
