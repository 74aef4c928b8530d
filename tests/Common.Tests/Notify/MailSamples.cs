using System.Text;
using System.Text.Json;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Notify.Documents;
using MimeKit;

namespace Athena.Common.Tests.Notify;

/// <summary>A mail with everything in it, and the check that a reader found all of it as it was written.</summary>
internal static class MailSamples
{
    private static readonly byte[] List = Encoding.UTF8.GetBytes("uid;login\neg4xf3128fz7kd;naledi\n" + new string('x', 3000));

    /// <summary>A PNG of one pixel.</summary>
    public static BrandLogo Logo { get; } = Read();

    private static BrandLogo Read()
    {
        Assert.That(BrandLogo.Read(Convert.FromBase64String(
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="), out var logo), Is.Null);
        return logo!;
    }

    public static OutgoingMessage Whole(params string[] recipients) => new(
        "locked/eg4xf3128fz7kd/1",
        recipients,
        "Locked, waiting for you: Zoë “Ünal” 山田太郎 😀 with a name that goes on and on until the line must be folded somewhere ⟨U+202E⟩",
        "Zoë =3D Ünal\n.\n..two dots\nFrom here on\n trailing space \ntab\t\n" + new string('x', 200) + "\n山田" + new string('é', 100)
        + "\nend",
        "<html><body><img src=\"cid:logo\" alt=\"Athena\"><p>Zoë &lt;b&gt; = 100&nbsp;%</p>" + new string('y', 1500) + "</body></html>",
        Thread: "account/eg4xf3128fz7kd",
        IsUrgent: true,
        Attachments:
        [
            new Attachment("accounts.csv", "text/csv; charset=utf-8", List),
            new Attachment("../né \"x\".bin", "no media type", [0, 13, 10, 46, 255]),
        ]);

    /// <summary>The bytes that a server gets, before dots are stuffed.</summary>
    public static byte[] OnTheWire(MimeMessage message)
    {
        FormatOptions format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        format.EnsureNewLine = true;
        using MemoryStream bytes = new();
        message.WriteTo(format, bytes);
        return bytes.ToArray();
    }

    public static void AssertIsWhole(MailReading reading, OutgoingMessage mail, SmtpSettings settings, IReadOnlyList<string> recipients)
    {
        // Python finds letters outside ASCII in an address remarkable; that is what SMTPUTF8 is for.
        bool isUtf8 = recipients.Any(recipient => !Ascii.IsValid(recipient));
        Assert.That(
            reading.Defects.Where(defect => !(isUtf8 && defect.StartsWith("NonASCIILocalPartDefect", StringComparison.Ordinal))), Is.Empty);
        Assert.That(reading.Header("Subject"), Is.EqualTo(mail.Subject));
        Assert.That(reading.From, Is.EqualTo((settings.FromName, settings.From.ToString())));
        Assert.That(reading.To, Is.EqualTo(recipients));
        Assert.That(reading.Header("Date"), Is.EqualTo("Sat, 21 Nov 2026 06:30:15 +0200"));
        Assert.That(reading.Header("Message-ID"), Is.EqualTo($"<{new MailWriter(settings).MessageId(mail.Key)}>"));
        Assert.That(
            reading.Header("References"), Does.Match(@"\A<[0-9a-f]{32}@hospital\.example>\z").And.EqualTo(reading.Header("In-Reply-To")));
        Assert.That(reading.Header("Auto-Submitted"), Is.EqualTo("auto-generated"));
        Assert.That(reading.Header("X-Auto-Response-Suppress"), Is.EqualTo("All"));
        Assert.That(reading.Header("Importance"), Is.EqualTo("high"));

        Assert.That(reading.TreeOfTypes(), Is.EqualTo(
            "multipart/mixed(multipart/alternative(text/plain, multipart/related(text/html, image/png)), text/csv, "
            + "application/octet-stream)"));
        List<JsonElement> parts = reading.Leaves;
        Assert.That(Text(parts[0]), Is.EqualTo(mail.Text));
        Assert.That(Text(parts[1]), Is.EqualTo(mail.Html!.Replace("cid:logo", "cid:logo@hospital.example")));
        Assert.That(parts[2].GetProperty("contentId").GetString(), Is.EqualTo("<logo@hospital.example>"));
        Assert.That(parts[2].GetProperty("content").GetBytesFromBase64(), Is.EqualTo(Logo.Png));
        Assert.That(Text(parts[3]), Is.EqualTo(Encoding.UTF8.GetString(List)));
        Assert.That(parts[3].GetProperty("disposition").GetString(), Is.EqualTo("attachment"));
        Assert.That(parts[3].GetProperty("filename").GetString(), Is.EqualTo("accounts.csv"));
        Assert.That(parts[4].GetProperty("filename").GetString(), Is.EqualTo(".._n___x_.bin"));
        Assert.That(parts[4].GetProperty("content").GetBytesFromBase64(), Is.EqualTo(mail.Attachments![1].Content));
    }

    private static string Text(JsonElement part) => part.GetProperty("content").GetString()!;
}
