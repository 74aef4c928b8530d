using Athena.AutoDisable.Notify.Mails;
using Athena.AutoDisable.State;
using Athena.Common.Notify.Documents;

namespace Athena.AutoDisable.Tests;

/// <summary>What an applicant is told: about whose Grafana it is, and whom to turn to where there is somebody.</summary>
internal sealed class ApplicantMailTests
{
    private static readonly Uri Help = new("https://help.example.org/");

    [Test]
    public void Whom_to_turn_to_is_said_as_far_as_somebody_is_named([Values] bool hasUrl, [Values] bool hasContact)
    {
        var brand = new Brand("Athena", "Digital-On Tech", hasUrl ? Help : null, hasContact ? "help@example.org" : null);
        var writer = new LetterWriter(new MailOptions(
            ["one@example.org"], new Uri("https://athena.example.org/"), brand, TimeZoneInfo.Utc));
        var person = new Person("thabo", "thabo@example.net", "Thabo Nkosi");
        var letter = new Letter(
            "applicant/u1", LetterKind.ToApplicantApproved, ["u1"], DateTimeOffset.UnixEpoch, Note: new LetterNote(Person: person));
        var text = writer.Write(letter, [])!.Text;
        Assert.Multiple(() =>
        {
            Assert.That(text.Contains("write to help@example.org and say so", StringComparison.Ordinal), Is.EqualTo(hasContact));
            Assert.That(
                text.Contains("go to https://help.example.org/ and say so", StringComparison.Ordinal), Is.EqualTo(hasUrl && !hasContact));
            Assert.That(text, Does.Not.Contain("answer this mail").IgnoreCase, "who sends it may read nothing");
        });
    }

    [Test]
    public void Whose_Grafana_it_is_stands_in_the_greeting_and_no_machine_of_ours([Values(
        LetterKind.ToApplicantApproved, LetterKind.ToApplicantRejected, LetterKind.ToApplicantReceived)] object kind)
    {
        var brand = new Brand("Athena", "Digital-On Tech", null, null) { SiteOwner = "Clinic South" };
        var writer = new LetterWriter(new MailOptions(
            ["one@example.org"], new Uri("https://athena.example.org/"), brand, TimeZoneInfo.Utc)
        { Host = "grafana-1" });
        var letter = new Letter("applicant/u1", (LetterKind)kind, ["u1"], DateTimeOffset.UnixEpoch,
            Note: new LetterNote(Person: new Person("thabo", "thabo@example.net", "Thabo Nkosi")));
        var mail = writer.Write(letter, [])!;
        Assert.That(
            mail.Text.ReplaceLineEndings(" "), Does.Contain("Hello,").And.Contain("for Athena at Clinic South").And.Contain("turn to"));
        Assert.That(mail.Text + mail.Html, Does.Not.Contain("grafana-1").And.Not.Contain("Thabo"));
    }
}
