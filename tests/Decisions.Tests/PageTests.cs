using System.Security.Cryptography;
using System.Text;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Athena.Common.Daemon.Decisions;
using Athena.Decisions.Pages;

namespace Athena.Decisions.Tests;

/// <summary>What stands on the pages.</summary>
internal sealed class PageTests
{
    private const string Hostile =
        "\u202Eeman\u202C<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&#64;@evil.example\u0000\u200B{{7*7}}</textarea></style>";

    private static IEnumerable<DecisionPage> Pages =>
    [
        .. Enum.GetValues<DecisionChoice>().SelectMany(choice => Enum.GetValues<DecisionProof>()
            .Select(proof => Some.Approve with { Choice = choice, Proof = proof, Identity = "lindiwe@clinic.example" })),
    ];

    [TestCaseSource(nameof(Pages))]
    public void Each_field_has_its_label_and_the_form_goes_to_the_page_s_own_address(DecisionPage page)
    {
        var shown = Parse(PageWriter.Of(page, Some.Token));
        foreach (var field in shown.QuerySelectorAll("input:not([type=hidden]), textarea"))
        {
            Assert.That(shown.QuerySelectorAll($"label[for='{field.Id}']"), Has.Length.EqualTo(1), field.OuterHtml);
            foreach (var hint in field.GetAttribute("aria-describedby")?.Split(' ') ?? [])
                Assert.That(shown.GetElementById(hint)?.TextContent, Is.Not.Empty, hint);
        }

        var form = shown.QuerySelector("form");
        Assert.That(form is null, Is.EqualTo(page.Proof == DecisionProof.Identity), "who must sign in first can press nothing");
        if (form is null) return;
        Assert.Multiple(() =>
        {
            Assert.That((form.GetAttribute("method"), form.GetAttribute("action")), Is.EqualTo(("post", Some.Token)));
            Assert.That(form.QuerySelector("[name=form]")?.GetAttribute("value"), Is.EqualTo(Some.Form));
            Assert.That(form.QuerySelectorAll("button"), Has.Length.EqualTo(1));
            Assert.That(form.QuerySelector("[name=pin]") is null, Is.EqualTo(page.Proof == DecisionProof.None));
        });
    }

    [TestCaseSource(nameof(Pages))]
    public void A_hostile_name_is_read_as_it_is_and_does_nothing(DecisionPage page)
    {
        var shown = PageWriter.Of(
            page with
            {
                Title = Hostile,
                Lead = Hostile,
                Warnings = [Hostile],
                Facts = [new(Hostile, Hostile)],
                Identity = Hostile,
                Form = Hostile,
                Site = Hostile,
                Brand = Hostile,
                Colour = "red;}</style><script>alert(1)</script>",
            },
            Some.Token, refusal: Hostile, new DecisionInput(Hostile, true, Hostile));
        Check(shown, page.Proof == DecisionProof.Identity ? 6 : 7);
        Check(PageWriter.Of(new DecisionAnswer(DecisionOutcome.Done, Hostile, Hostile), page with { Brand = Hostile }, Some.Undo), 2);

        static void Check(HtmlPage page, int times)
        {
            var text = Encoding.UTF8.GetString(page.Html);
            var parsed = Parse(page);
            Assert.Multiple(() =>
            {
                Assert.That(text, Does.Not.Contain('@').And.Not.Contain('\u202E').And.Not.Contain('\0').And.Not.Contain('\u200B'));
                Assert.That(parsed.QuerySelectorAll("script, img, iframe, object, [onerror], [style]"), Is.Empty);
                Assert.That(parsed.Body!.TextContent.Split("<script>alert(1)</script>").Length - 1, Is.GreaterThanOrEqualTo(times - 1));
            });
        }
    }

    [Test]
    public void The_policy_knows_the_style_sheets_of_each_colour()
    {
        foreach (var colour in (string[])["#2f5f8f", "#ffe600", "#000000", "none"])
        {
            var page = PageWriter.Of(Some.Approve with { Colour = colour }, Some.Token);
            var styles = Parse(page).QuerySelectorAll("style");
            foreach (var style in styles)
                Assert.That(page.Policy, Does.Contain(
                    $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style.TextContent)))}'"));
            Assert.That(styles.Select(style => style.GetAttribute("media")),
                Is.EqualTo(new[] { null, "(max-width: 480px)", "(prefers-color-scheme: dark)" }));
        }
    }

    [Test]
    public void Nothing_on_a_page_leads_anywhere_else()
    {
        foreach (var page in (HtmlPage[])[
            PageWriter.Of(Some.Approve, Some.Token), PageWriter.Of(Some.Done, Some.Approve, Some.Undo), PageWriter.Closed,
            PageWriter.Silent, PageWriter.Unknown, PageWriter.Crowded, PageWriter.Unreadable, PageWriter.Faulty])
        {
            var shown = Parse(page);
            Assert.That(shown.QuerySelectorAll("[src], [href], [action]").Select(one =>
                one.GetAttribute("src") ?? one.GetAttribute("href") ?? one.GetAttribute("action")),
                Is.All.EqualTo("data:,").Or.EqualTo(Some.Token).Or.EqualTo(Some.Undo));
            Assert.That(shown.QuerySelectorAll("h1"), Has.Length.EqualTo(1));
            Assert.That(shown.Title, Is.Not.Empty);
        }
    }

    [Test]
    public void A_page_without_a_choice_or_of_a_link_that_is_not_open_has_nothing_to_press() => Assert.Multiple(() =>
    {
        Assert.That(PageWriter.Of(Some.Approve with { Choice = null }, Some.Token), Is.SameAs(PageWriter.Closed));
        Assert.That(PageWriter.Of(Some.Approve with { Status = DecisionStatus.Closed }, Some.Token), Is.SameAs(PageWriter.Closed));
        Assert.That(Parse(PageWriter.Closed).QuerySelectorAll("form, button, a"), Is.Empty);
    });

    private static IHtmlDocument Parse(HtmlPage page) => new HtmlParser().ParseDocument(Encoding.UTF8.GetString(page.Html));
}
