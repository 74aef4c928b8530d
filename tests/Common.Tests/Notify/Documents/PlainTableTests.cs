using System.Text;
using Athena.Common.Notify.Documents;

namespace Athena.Common.Tests.Notify.Documents;

internal sealed class PlainTableTests
{
    [Test]
    public void Columns_stand_below_each_other_and_numbers_to_the_right() => Assert.That(
        Render(["Name", "Opened"], ["Ward occupancy", "6"], ["ICU", "120"]),
        Is.EqualTo("""
            Name            Opened
            --------------  ------
            Ward occupancy       6
            ICU                120

            """));

    [Test]
    public void What_takes_no_room_is_not_counted_and_what_takes_two_is() => Assert.That(
        Render(["Name", "By"], ["a.b.c", "x"], ["a\u200B.\u200Bb\u200B.\u200Bc", "y"], ["e\u0301", "z"], ["山田", "q"]),
        Is.EqualTo("Name   By\n-----  --\na.b.c  x\na\u200B.\u200Bb\u200B.\u200Bc  y\ne\u0301      z\n山田   q\n"));

    [Test]
    public void A_cell_that_is_too_long_goes_on_below_itself() => Assert.That(
        Render(["Name", "Why"], ["one", string.Join(' ', Enumerable.Repeat("because", 12))]),
        Is.EqualTo("""
            Name  Why
            ----  ----------------------------------------------------------------------
            one   because because because because because because because because
                    because because because because

            """));

    [Test]
    public void A_word_that_fits_in_no_column_makes_a_list() => Assert.That(
        Render(["Name", "Folder", ""], [new string('W', 68), "Wards", "x"], ["two", "", "y"]),
        Is.EqualTo($"* Name: {new string('W', 68)}\n  Folder: Wards\n  x\n* Name: two\n  y\n"));

    [Test]
    public void Facts_go_on_below_their_value() => Assert.That(
        new MailDocument(
            "T",
            Tone.Calm,
            "T",
            [new MailBlock.Facts([("A", Phrase.Of("1")), ("Why", Phrase.Of(string.Join(' ', Enumerable.Repeat("because", 10))))])],
            "S")
            .ToText(new Brand("B", "C", null, null)),
        Does.Contain("A:   1\nWhy: because because because because because because because because because\n     because\n"));

    private static string Render(IReadOnlyList<string> columns, params IReadOnlyList<string>[] rows)
    {
        var text = new StringBuilder();
        PlainTable.Append(text, new MailBlock.Table(columns, [.. rows.Select(row => row.Select(Phrase.Of).ToList())]), 76);
        return text.ToString();
    }
}
