using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Notify.Documents;
using Athena.Common.Settings;

namespace Athena.Common.Tests.Notify.Documents;

/// <summary>Whose mail it is, from the settings to what is read.</summary>
internal sealed class BrandTests
{
    private static readonly MailDocument Mail =
        new("A title", Tone.Calm, "A WORD", [new MailBlock.Lead(Phrase.Of("A sentence."))], "Sent by a test.");

    [Test]
    public void Site_owner_and_legal_note_stand_below_each_mail()
    {
        var brand = Read(new()
        {
            ["SITE_OWNER"] = "Clinic <South>", ["SITE_NAME"] = "North Wing", ["LEGAL_NOTE"] = "Registered in Cape Town & elsewhere.",
        });
        Assert.Multiple(() =>
        {
            Assert.That(Mail.ToText(brand), Does.Contain("\nNorth Wing, Clinic <South>\n")
                .And.EndsWith("Sent by a test.\nRegistered in Cape Town & elsewhere.\n"));
            Assert.That(Mail.ToHtml(brand), Does.Contain("North Wing, Clinic &lt;South&gt;")
                .And.Contain("Sent by a test.<br>Registered in Cape Town &amp; elsewhere."));
        });
    }

    [TestCase(null, null, null)]
    [TestCase("Clinic South", null, "Clinic South")]
    [TestCase(null, "North Wing", "North Wing")]
    public void A_site_is_named_by_what_is_told_of_it(string? owner, string? name, string? site) =>
        Assert.That(Read(new() { ["SITE_OWNER"] = owner, ["SITE_NAME"] = name }).Site, Is.EqualTo(site));

    private static Brand Read(Dictionary<string, string?> given)
    {
        var reader = new SettingsReader(new SettingsSource(given!, null));
        var brand = MailSettings.Brand(reader);
        Assert.That(reader.Problems, Is.Empty);
        return brand;
    }
}
