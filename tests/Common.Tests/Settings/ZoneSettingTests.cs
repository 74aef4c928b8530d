using Athena.Common.Settings;

namespace Athena.Common.Tests.Settings;

internal sealed class ZoneSettingTests
{
    [TestCase("SAST", "is no time zone of this machine; did you mean Africa/Johannesburg?")]
    [TestCase("CEST", "is no time zone of this machine; did you mean ")]
    [TestCase("Nowhere/Land", "is no time zone of this machine, write a place such as Europe/London (is tzdata installed?)")]
    public void A_zone_that_is_named_by_the_letters_of_its_clock_is_found(string given, string problem)
    {
        var reader = new SettingsReader(new SettingsSource(new Dictionary<string, string> { ["TIMEZONE"] = given }));
        _ = ZoneSetting.Read(reader, "");
        Assert.That(reader.Problems.Single().ToString(), Does.Contain(problem));
    }
}
