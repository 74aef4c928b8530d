using Athena.AutoDisable.CommandLine;
using Athena.Common.Notify.Documents;

namespace Athena.AutoDisable.Tests.Notify;

/// <summary>What <c>preview</c> shows, and what all mails share with it: the site's own names and colour.</summary>
internal sealed class PreviewTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero);

    private static IEnumerable<string> Mails => PreviewCommand.Mails;

    [TestCaseSource(nameof(Mails))]
    public void Each_mail_is_in_the_site_s_own_names_and_colour(string mail)
    {
        var options = MailSamples.Options with
        {
            Host = "grafana-1",
            Brand = new Brand("Zorg", "Beheer BV", null, null)
            {
                Accent = "#7a1f5c",
                SiteName = "North Wing",
                SiteOwner = "Clinic South",
                LegalNote = "Registered in Utrecht.",
            },
        };
        var written = PreviewCommand.Write(mail, options, Now);
        var said = written.Text + written.Html + written.Subject;
        Assert.Multiple(() =>
        {
            Assert.That(said, Does.Not.Contain("Digital-On").And.Not.Contain("First2Lead"));
            Assert.That(written.Html, Does.Contain("#7a1f5c").And.Contain("North Wing").And.Contain("Registered in Utrecht."));
            Assert.That(written.Text, Does.Contain("North Wing, Clinic South").And.Contain("Registered in Utrecht."));
            Assert.That(
                said.Contains("grafana-1", StringComparison.Ordinal),
                Is.EqualTo(!mail.StartsWith("applicant-", StringComparison.Ordinal)),
                "our people are told the host, nobody outside is");
        });
    }

    [Test]
    public void Each_name_is_another_mail() =>
        Assert.That(Mails.Select(mail => PreviewCommand.Write(mail, MailSamples.Options, Now).Document.Title).Distinct().Count(),
            Is.EqualTo(PreviewCommand.Mails.Length));
}
