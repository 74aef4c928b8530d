using System.Security.Cryptography;
using System.Text;
using Athena.Common.Notify.Documents;
using Athena.Common.Settings;
using Athena.Common.State;
using Athena.Common.State.Audit;

namespace Athena.Common.Notify.Delivery;

/// <summary>The one mail about what to write down in the settings: once for each state of them, however often the daemon starts.</summary>
public static class SettingsLetter
{
    private const string Event = "settings-told";

    /// <summary>Owes the mail where something is to be put right and this was not told yet.</summary>
    /// <param name="reader">All settings have been read.</param>
    /// <param name="daemon">Whose they are.</param>
    /// <param name="audit">Keeps that it was told.</param>
    /// <param name="kept">Where that is looked up.</param>
    /// <param name="outbox">Takes the mail.</param>
    /// <param name="to">Our people.</param>
    /// <param name="brand">Whose mail it is.</param>
    public static void OweOnce(
        SettingsReader reader, string daemon, IAuditLog audit, AuditOptions kept, IOutbox outbox, IReadOnlyList<string> to, Brand brand)
    {
        var remarks = reader.Remarks;
        if (remarks.Count == 0) return;
        var key = KeyOf(remarks);
        if (AuditReader.Read(kept, key).Any(record => record.Event == Event)) return;
        outbox.Put(Of(remarks, daemon, to, brand));
        audit.Append(new AuditEntry(Event, key, "told by mail", new Dictionary<string, string>
        {
            ["remarks"] = string.Join("; ", remarks.Select(remark => remark.What)),
        }));
    }

    /// <summary>Names what is told: another state of the settings has another.</summary>
    public static string KeyOf(IEnumerable<SettingsRemark> remarks) =>
        "settings/"
        + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', remarks.Select(remark => remark.What)))))[..16];

    /// <summary>What is told.</summary>
    /// <param name="remarks">At least one.</param>
    public static Notification Of(IReadOnlyList<SettingsRemark> remarks, string daemon, IReadOnlyList<string> to, Brand brand)
    {
        var document = new MailDocument("Settings to write down", Tone.Calm, "SETTINGS",
        [
            new MailBlock.Lead(Phrase.Of(
                $"{daemon} works. Its settings say less than they seem to, and something else is taken in their place.")),
            .. remarks.Select(remark => new MailBlock.Paragraph(Phrase.Of($"{remark.What}. {remark.Remedy}"))),
            new MailBlock.Command("Open the settings", $"sudoedit /etc/default/{daemon}"),
            new MailBlock.Command("See what is taken, and from where", $"sudo {daemon} check --show"),
        ], $"Sent once by {daemon} on {Environment.MachineName}.");
        return new Notification(KeyOf(remarks), to, $"{daemon}: settings to write down", document, brand);
    }
}
