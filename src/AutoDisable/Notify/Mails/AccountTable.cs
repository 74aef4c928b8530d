using System.Globalization;
using System.Text;
using Athena.AutoDisable.State;
using Athena.Common.Notify.Documents;
using Athena.Common.Text;

namespace Athena.AutoDisable.Notify.Mails;

/// <summary>A table of accounts as an attachment that spreadsheets open (RFC 4180).</summary>
internal static class AccountTable
{
    public static Attachment Attach(
        string fileName, IEnumerable<(long Id, string? Uid, Person Person, DateTimeOffset? Created, string State)> rows)
    {
        var csv = new StringBuilder("id,uid,login,email,name,created,state\r\n");
        foreach (var (id, uid, person, created, state) in rows)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{id},{Cell(uid)},{Cell(person.Login)},{Cell(person.Email)},{Cell(person.Name)},")
                .Append(CultureInfo.InvariantCulture, $"{created:yyyy-MM-ddTHH:mm:sszzz},{Cell(state)}\r\n");
        }

        return new Attachment(fileName, "text/csv; charset=utf-8", Encoding.UTF8.GetBytes(csv.ToString()));
    }

    /// <summary>Quoted, visible, and never a formula: a spreadsheet runs what begins with one of these.</summary>
    public static string Cell(string? text)
    {
        var visible = UntrustedText.Visible(text ?? "", 200);
        if (visible.Length > 0 && "=+-@".Contains(visible[0], StringComparison.Ordinal)) visible = "'" + visible;
        return $"\"{visible.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
