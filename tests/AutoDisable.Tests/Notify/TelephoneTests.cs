using Athena.AutoDisable.Notify.Mails;
using Athena.AutoDisable.State;
using Athena.Common.Notify.Documents;
using Athena.Tests.Shared;

namespace Athena.AutoDisable.Tests.Notify;

/// <summary>At night the mail is read on a telephone: what can be pressed is to be seen without scrolling.</summary>
internal sealed class TelephoneTests
{
    private const int Width = 390;
    private const int Seen = 600;

    private static readonly LetterWriter Writer = new(MailSamples.Options with
    {
        Brand = MailSamples.Options.Brand with { SiteName = "North Wing", SiteOwner = "Clinic South" },
    });

    [Test]
    public void What_can_be_pressed_is_seen_without_scrolling()
    {
        var pages = Mails().Where(mail => mail.Document.Blocks.Any(block => block is MailBlock.Buttons))
            .ToDictionary(mail => mail.Name, mail => mail.Html);
        Assert.That(pages, Has.Count.GreaterThan(40), "the samples were found");
        var edges = Chromium.LowerEdges(pages, ".button", Width);
        Assert.Multiple(() =>
        {
            Assert.That(edges.Where(mail => mail.Value.Count == 0).Select(mail => mail.Key), Is.Empty);
            Assert.That(
                edges.Where(mail => mail.Value.Any(edge => edge > Seen)).Select(mail => $"{mail.Key}: {mail.Value.Max()}"), Is.Empty);
        });
    }

    [Test]
    public void Approve_and_Reject_lie_side_by_side()
    {
        var (_, _, html) = Mails().Single(mail => mail.Name == "locked");
        var edges = Chromium.LowerEdges(new Dictionary<string, string> { ["locked"] = html }, ".button", Width)["locked"];
        Assert.That(edges, Has.Count.EqualTo(2).And.All.EqualTo(edges[0]));
    }

    [Test]
    public void Whoever_wants_a_decision_or_an_act_has_something_to_press()
    {
        var wanting = Mails().Where(mail => mail.Document.Label is "APPROVAL NEEDED" or "ACTION NEEDED" or "CRITICAL" or "REMINDER"
            or "PLEASE CHECK" or "ENDS SOON").ToList();
        Assert.That(wanting.Where(mail => mail.Name is not ("flood" or "flood-born"))
            .Where(mail => mail.Document.Blocks.All(block => block is not MailBlock.Buttons)).Select(mail => mail.Name), Is.Empty);
    }

    [Test]
    public void What_is_critical_offers_no_approval()
    {
        var critical = Mails().Where(mail => mail.Document.Label == "CRITICAL").ToList();
        Assert.That(critical.Select(mail => mail.Name), Does.Contain("locked-critical"));
        var labels = critical.SelectMany(mail => mail.Document.Blocks.OfType<MailBlock.Buttons>()).SelectMany(buttons => buttons.All)
            .Select(button => button.Label);
        Assert.That(labels, Has.None.Contains("Approve"));
        var first = critical.Single(mail => mail.Name == "locked-critical").Document.Blocks.OfType<MailBlock.Buttons>().First().All[0];
        Assert.That(first.Target.AbsoluteUri, Is.EqualTo("https://athena.example.org/grafana/org/serviceaccounts/24?orgId=3"));
    }

    private static IEnumerable<(string Name, MailDocument Document, string Html)> Mails() => MailSamples.All().Select(sample =>
    {
        var mail = Writer.Write((Letter)sample.Arguments[1]!, (IReadOnlyList<Account>)sample.Arguments[2]!)!;
        return ((string)sample.Arguments[0]!, mail.Document, mail.Html);
    });
}
