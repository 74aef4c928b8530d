using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Text;
using MimeKit;

namespace Athena.Compliance.Tests.Mails;

/// <summary>A page as a browser reads it.</summary>
internal static class MailPage
{
    public static IDocument Parse(string html) => new HtmlParser().ParseDocument(html);

    /// <summary>As it goes on the wire, with its headers and our logo.</summary>
    public static int Bytes(Notification notification)
    {
        Assert.That(EmailAddress.TryParse("athena@example.org", out var sender), Is.True);
        var settings = new SmtpSettings("mail.example.org", sender!);
        using MimeMessage message = new MailWriter(settings).Write(
            MailChannel.MessageOf(notification with { Attachments = null })!, Some.Hour.To);
        using MemoryStream written = new();
        message.WriteTo(written);
        return (int)written.Length;
    }

    /// <summary>No script, no picture but the logo that comes with the mail, no link but ours.</summary>
    public static void AssertIsAlone(string name, string html)
    {
        var page = Parse(html);
        Assert.Multiple(() =>
        {
            Assert.That(
                page.QuerySelectorAll("script, iframe, object, embed, link, form, input, base, svg, video, audio")
                    .Select(element => element.OuterHtml),
                Is.Empty,
                name);
            Assert.That(page.QuerySelectorAll("img").Select(image => image.GetAttribute("src")), Is.SubsetOf(new[] { "cid:logo" }), name);
            Assert.That(
                page.QuerySelectorAll("[href]").Select(link => link.GetAttribute("href")),
                Is.SubsetOf(new[] { "https://support.example.org/athena" }),
                name);
            Assert.That(page.QuerySelectorAll("[background], [srcset], [poster]"), Is.Empty, name);
            Assert.That(
                page.All.SelectMany(element => element.Attributes)
                    .Where(attribute => attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase)),
                Is.Empty,
                name);
            Assert.That(html, Does.Not.Contain("url(").And.Not.Contain("@import"), name);
        });
    }

    /// <summary>
    /// What is to be read on it, word by word: without what is hidden, what is drawn, and the badge, which the heading repeats.
    /// </summary>
    public static IReadOnlyList<string> Words(string html)
    {
        var page = Parse(html);
        foreach (var element in page.QuerySelectorAll("head, .tag, [aria-hidden], body > div")
            .Concat(page.QuerySelectorAll("h1").Select(h1 => h1.PreviousElementSibling!)).ToList())
            element.Remove();
        foreach (var element in page.QuerySelectorAll("td, th, p, h1, h2, br, li"))
            element.Prepend(page.CreateTextNode(" "));
        foreach (var line in page.QuerySelectorAll("br").ToList())
            line.Replace(page.CreateTextNode(" "));
        return
        [
            .. page.Body!.TextContent.Replace("\u200B", "", StringComparison.Ordinal)
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal),
        ];
    }
}
