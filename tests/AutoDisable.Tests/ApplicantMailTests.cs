using Athena.AutoDisable.Notify.Mails;
using Athena.AutoDisable.State;
using Athena.Common.Notify.Documents;

namespace Athena.AutoDisable.Tests;

/// <summary>What an applicant is told about whom to turn to is there.</summary>
internal sealed class ApplicantMailTests
{
    private static readonly Uri Help = new("https://help.example.org/");

    [Test]
    public void A_contact_is_spoken_of_only_where_one_is_named([Values] bool hasUrl, [Values] bool hasContact)
    {
        var brand = new Brand("Athena", "Digital-On Tech", hasUrl ? Help : null, hasContact ? "help@example.org" : null);
        var writer = new LetterWriter(new MailOptions(
            ["one@example.org"], new Uri("https://athena.example.org/"), brand, TimeZoneInfo.Utc));
        var person = new Person("thabo", "thabo@example.net", "Thabo Nkosi");
        var letter = new Letter(
            "applicant/u1", LetterKind.ToApplicantApproved, ["u1"], DateTimeOffset.UnixEpoch, Note: new LetterNote(Person: person));
        var text = writer.Write(letter, [])!.Text;
        var isNamed = hasUrl || hasContact;
        Assert.Multiple(() =>
        {
            Assert.That(text.Contains("write to the contact above", StringComparison.Ordinal), Is.EqualTo(isNamed));
            Assert.That(text.Contains("answer this mail", StringComparison.Ordinal), Is.EqualTo(!isNamed));
        });
    }
}
