using System.Text;
using Athena.AutoDisable.Notify.Mails;
using Athena.AutoDisable.State;

namespace Athena.AutoDisable.Tests;

/// <summary>A spreadsheet that opens the attached table runs nothing that a stranger typed.</summary>
internal sealed class AccountTableTests
{
    [TestCase("=HYPERLINK(\"http://evil.example\")", "\"'=HYPERLINK(\"\"http://evil.example\"\")\"")]
    [TestCase("+1", "\"'+1\"")]
    [TestCase("-1", "\"'-1\"")]
    [TestCase("@SUM(A1)", "\"'@SUM(A1)\"")]
    [TestCase("Thabo \"T\" Mokoena", "\"Thabo \"\"T\"\" Mokoena\"")]
    [TestCase(null, "\"\"")]
    public void A_cell_is_quoted_and_never_a_formula(string? typed, string cell) => Assert.That(AccountTable.Cell(typed), Is.EqualTo(cell));

    [TestCase("\t=1")]
    [TestCase("\r=1")]
    [TestCase("a\r\n=1,2")]
    [TestCase("\"\r\n=1")]
    [TestCase("\u202E=1")]
    public void Nothing_that_cannot_be_seen_begins_a_cell_or_a_row(string typed)
    {
        var table = AccountTable.Attach("x.csv", [(5, "cg4x9hebloef4f", new Person(typed, typed, typed), null, "locked")]);
        var lines = Encoding.UTF8.GetString(table.Content).Split("\r\n");
        Assert.That(lines, Has.Length.EqualTo(3), "a head, one row, the end");
        Assert.That(lines[1].Split(',').Select(cell => cell.Trim('"')), Has.None.Matches<string>(cell =>
            cell.Length > 0 && "=+@\t\r".Contains(cell[0], StringComparison.Ordinal)));
    }
}
