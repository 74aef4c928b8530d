using System.Text;
using Athena.Common.Daemon.Decisions;
using static Athena.Decisions.Pages.HtmlText;

namespace Athena.Decisions.Pages;

/// <summary>
/// The pages that people see. No script, so that nothing which a proxy or a stranger writes into one runs; every address in them is
/// relative, so that they work below whatever path the proxy has. Pure.
/// </summary>
internal static class PageWriter
{
    /// <summary>Of a link that is not open, and of every address that is none: which of them it is, is told to nobody.</summary>
    public static HtmlPage Closed { get; } = Plain(DecisionPage.Closed.Title, DecisionPage.Closed.Lead);

    public static HtmlPage Silent { get; } = Plain(
        DecisionPage.SilentTitle,
        "The program that decides does not answer. Try again in a minute; in a hurry, decide in Grafana: Administration, Users.");

    public static HtmlPage Unknown { get; } = Plain(
        "It is not known whether that was carried out",
        "The program that decides did not answer in time. Open the link of the mail again in a minute: it shows what is so now. In a "
        + "hurry, look in Grafana: Administration, Users.");

    public static HtmlPage Crowded { get; } = Plain(
        "Too many people ask at this moment",
        "Nothing was decided. Wait some seconds, then load this page again; in a hurry, decide in Grafana: Administration, Users.");

    public static HtmlPage Unreadable { get; } = Plain(
        "What was sent cannot be read", "Nothing was decided. Open the link of the mail again and fill in the page that it shows.");

    public static HtmlPage Faulty { get; } = Plain(
        "Something went wrong here",
        "Open the link of the mail again: it shows what is so. In a hurry, look in Grafana: Administration, Users.");

    /// <summary>
    /// By which <c>check</c> sees what proxies do to the others: of their status and policy, and with an address as they show them.
    /// </summary>
    public static HtmlPage Sample { get; } = Plain(
        "Links of approval mails lead here",
        "Nothing is decided on this page: it shows whether the others come as they are sent. An address on them: somebody@example.org");

    /// <summary>What stands behind a link, and how it is decided.</summary>
    /// <param name="token">The last part of the page's own address.</param>
    /// <param name="refusal">What was wrong with what was sent; null at first.</param>
    /// <param name="typed">What was filled in.</param>
    public static HtmlPage Of(DecisionPage page, string token, string? refusal = null, DecisionInput? typed = null)
    {
        if (page.Status == DecisionStatus.Closed || page.Choice is not { } choice) return Closed;
        var body = new StringBuilder();
        if (refusal is not null) body.Append($"""<p class="alert" role="alert">{Encode(refusal)}</p>""").Append('\n');
        body.Append($"""<h1 dir="auto">{Encode(page.Title)}</h1>""").Append('\n');
        if (page.Lead.Length > 0) body.Append($"<p>{Encode(page.Lead)}</p>\n");
        foreach (var warning in page.Warnings) body.Append($"""<p class="warning">{Encode(warning)}</p>""").Append('\n');
        if (page.Facts.Count > 0)
        {
            body.Append("<dl>\n");
            foreach (var (name, value) in page.Facts)
                body.Append($"<div><dt>{Encode(name)}</dt><dd><bdi>{Encode(value)}</bdi></dd></div>\n");
            body.Append("</dl>\n");
        }

        if (page.Identity is { } who) body.Append($"""<p class="hint">You are signed in as {Encode(who)}.</p>""").Append('\n');
        body.Append(DecisionForm.Of(page, choice, token, typed ?? new DecisionInput()));
        return Whole(page, page.Title, body.ToString());
    }

    /// <summary>What became of a decision.</summary>
    /// <param name="page">The page that it came from, for the name at its head.</param>
    /// <param name="undo">Last part of the link that takes it back; null without.</param>
    public static HtmlPage Of(DecisionAnswer answer, DecisionPage page, string? undo)
    {
        var body = new StringBuilder($"""<h1 dir="auto">{Encode(answer.Title)}</h1>""").Append($"\n<p>{Encode(answer.Text)}</p>\n");
        if (undo is not null)
            body.Append($"""
                <p><a class="button quiet" href="{Encode(undo)}">Take it back</a></p>
                <p class="hint">For some minutes, and here alone: it stands in no mail.</p>

                """);
        return Whole(page, answer.Title, body.ToString());
    }

    private static HtmlPage Plain(string title, string text) =>
        Whole(DecisionPage.Closed, title, $"<h1>{Encode(title)}</h1>\n<p>{Encode(text)}</p>\n");

    private static string Sheet(PageStyle style) =>
        $"<style{(style.Media.Length > 0 ? $" media=\"{style.Media}\"" : "")}>{style.Text}</style>\n";

    private static HtmlPage Whole(DecisionPage whose, string title, string body)
    {
        var styles = PageStyle.Of(whose.Colour);
        var head = whose.Brand.Length + whose.Site.Length == 0 ? ""
            : $"<header><b>{Encode(whose.Brand)}</b><span>{Encode(whose.Site)}</span></header>\n";
        return HtmlPage.Of($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width,initial-scale=1">
            <meta name="robots" content="noindex,nofollow">
            <meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
            <link rel="icon" href="data:,">
            <title>{Encode(title)}</title>
            {string.Concat(styles.Select(Sheet))}</head>
            <body>
            <main>
            {head}<section>
            {body}</section>
            </main>
            </body>
            </html>

            """, styles);
    }
}
