using Athena.Common.Notify;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Notify.Documents;
using Athena.Common.Settings;
using Athena.Tests.Shared;

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
            ["SITE_OWNER"] = "Clinic <South>",
            ["SITE_NAME"] = "North Wing",
            ["LEGAL_NOTE"] = "Registered in Cape Town & elsewhere.",
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

    [TestCase("#2f5f8f")]
    [TestCase("#ffcc00")]
    [TestCase("#fff")]
    [TestCase("#000000")]
    [TestCase("0A7")]
    public void Whatever_colour_is_set_can_be_read_in_light_and_dark(string set)
    {
        var brand = Read(new() { ["BRAND_COLOR"] = set });
        Assert.Multiple(() =>
        {
            Assert.That(Colour.Contrast(brand.Accent, TonePalette.Ink), Is.GreaterThanOrEqualTo(4.5), "white on it, and it on white");
            Assert.That(Colour.Contrast(brand.DarkAccent, TonePalette.DarkCard), Is.GreaterThanOrEqualTo(4.5), "in the dark");
            Assert.That(Mail.ToHtml(brand), Does.Contain($"color:{brand.Accent}").And.Contain($"color:{brand.DarkAccent} !important"));
        });
    }

    [Test]
    public void A_colour_that_can_be_read_stays_as_it_is() =>
        Assert.That(Read(new() { ["BRAND_COLOR"] = "#7A1F5C" }).Accent, Is.EqualTo("#7a1f5c"));

    [Test]
    public void Each_meaning_can_be_read_on_its_colour()
    {
        foreach (var tone in Enum.GetValues<Tone>())
            Assert.That(Colour.Contrast(TonePalette.Accent(tone), TonePalette.Ink), Is.GreaterThanOrEqualTo(4.5), tone.ToString());
    }

    [Test]
    public void Without_a_logo_the_name_is_set_in_type_and_nothing_is_drawn() =>
        Assert.That(Mail.ToHtml(Read([])), Does.Contain(">Athena</td>").And.Not.Contain("<img").And.Not.Contain("cid:"));

    [Test]
    public void A_logo_stands_on_a_plate_of_its_own_with_the_name_for_who_sees_none()
    {
        using var place = new TemporaryDirectory();
        File.WriteAllBytes(place["logo.png"], Png(600, 120));
        var brand = Read(new() { ["BRAND_LOGO"] = place["logo.png"], ["BRAND_NAME"] = "Athena & more" });
        var html = Mail.ToHtml(brand);
        var mail = new Notification("k", ["a@example.org"], "S", Mail, brand);
        Assert.Multiple(() =>
        {
            Assert.That(html, Does.Contain("""<img src="cid:logo" width="200" height="40" alt="Athena &amp; more" """));
            Assert.That(html, Does.Contain("""<td class="plate" bgcolor="#ffffff" """));
            Assert.That(html, Does.Not.Contain(".plate"), "white in the dark, too: a logo is drawn for white");
            Assert.That(mail.Page, Does.Contain("src=\"data:image/png;base64,iVBOR").And.Not.Contain("cid:"));
        });
    }

    [TestCase(801, 100, 0, "must be at most 800 × 240 pixels, and has 801 × 100")]
    [TestCase(100, 241, 0, "must be at most 800 × 240 pixels, and has 100 × 241")]
    [TestCase(100, 100, 64 * 1024, "must be at most 64 KiB")]
    public void A_logo_that_is_too_large_is_refused_with_a_sentence(int width, int height, int more, string why)
    {
        using var place = new TemporaryDirectory();
        File.WriteAllBytes(place["logo.png"], [.. Png(width, height), .. new byte[more]]);
        Assert.That(Problem(place["logo.png"]), Does.StartWith(why));
    }

    [Test]
    public void What_is_no_picture_or_not_there_is_refused_with_a_sentence()
    {
        using var place = new TemporaryDirectory();
        File.WriteAllText(place["logo.png"], "<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'></svg>");
        Assert.Multiple(() =>
        {
            Assert.That(Problem(place["logo.png"]), Is.EqualTo("must be a PNG picture"));
            Assert.That(Problem(place["missing.png"]), Does.StartWith("cannot be read: "));
            Assert.That(Problem("logo.png"), Is.EqualTo("must be an absolute path"));
        });
    }

    /// <summary>The header of one, and nothing else: no more is looked at.</summary>
    private static byte[] Png(int width, int height) =>
    [
        0x89, .. "PNG\r\n\u001a\n"u8, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, (byte)(width >> 8), (byte)width,
        0, 0, (byte)(height >> 8), (byte)height, 8, 6, 0, 0, 0, 0, 0, 0, 0,
    ];

    private static string Problem(string path)
    {
        var reader = new SettingsReader(new SettingsSource(new Dictionary<string, string> { ["BRAND_LOGO"] = path }, null));
        _ = MailSettings.Brand(reader, MailSettings.Smtp(reader));
        return reader.Problems.Single(problem => problem.Key == "BRAND_LOGO").Reason;
    }

    private static Brand Read(Dictionary<string, string?> given)
    {
        var reader = new SettingsReader(new SettingsSource(given!, null));
        var brand = MailSettings.Brand(reader, MailSettings.Smtp(reader));
        Assert.That(reader.Problems.Where(problem => problem.Key.StartsWith("BRAND_", StringComparison.Ordinal)), Is.Empty);
        return brand;
    }
}
