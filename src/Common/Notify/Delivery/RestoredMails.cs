using System.Net;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.State.Backups;

namespace Athena.Common.Notify.Delivery;

/// <summary>
/// The waiting mails of an outbox that comes out of a backup. They may have been sent since the backup was made, so each says that of
/// itself. Its Message-ID stays the same, and many mail programs show such a pair once.
/// </summary>
public static class RestoredMails
{
    private const string Mark = "[perhaps again] ";

    /// <summary>Marks them, and says how many they are.</summary>
    public static void MarkWaiting(RestoredBackup memory)
    {
        if (MarkWaiting(Path.Combine(memory.Directory, MailChannel.Folder), memory.Clock.Minute(memory.BackupAt)) is > 0 and var waiting)
            memory.Say(
                $"Whether {waiting} waiting mail{(waiting == 1 ? "" : "s")} went out after the backup. They are sent, and say \"perhaps "
                + "again\".");
    }

    /// <param name="directory">The outbox, which nobody has open; need not exist.</param>
    /// <param name="backup">The moment of the backup, as people read it.</param>
    /// <returns>How many wait.</returns>
    public static int MarkWaiting(string directory, string backup)
    {
        if (!Directory.Exists(directory)) return 0;
        var folder = new OutboxFolder(directory, trouble => throw new BackupRefusedException($"Nothing was restored. {trouble}"));
        var waiting = 0;
        foreach (var record in folder.Load().Where(record => record.Mail is not null))
        {
            folder.TryWrite(record with { Mail = Marked(record.Mail!, backup) });
            waiting++;
        }

        return waiting;
    }

    /// <summary>The same mail, saying so; one that says it already is left as it is.</summary>
    public static OutgoingMessage Marked(OutgoingMessage mail, string backup)
    {
        if (mail.Subject.StartsWith(Mark, StringComparison.Ordinal)) return mail;
        var note = "This mail may have reached you before: the state of the service that sends it was restored from a backup of "
            + $"{backup}, in which it was still waiting.";
        return mail with
        {
            Subject = Mark + mail.Subject,
            Text = $"{note}\n\n{mail.Text}",
            Html = mail.Html is { } html ? WithNote(html, note) : null,
        };
    }

    /// <summary>
    /// Behind the first tag of the body, as our own renderer writes it; a page without one is left as it is, its subject says it.
    /// </summary>
    private static string WithNote(string html, string note)
    {
        var body = html.IndexOf("<body", StringComparison.OrdinalIgnoreCase);
        var end = body < 0 ? -1 : html.IndexOf('>', body);
        return end < 0 ? html : html.Insert(end + 1,
            $"""<p style="margin:0;padding:12px 16px;background:#fff4d6;color:#1f2933;font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:14px;line-height:20px;">{WebUtility.HtmlEncode(note)}</p>""");
    }
}
