using Athena.Common.Settings;
using Athena.Compliance.CommandLine;
using Athena.Compliance.Evidence;

namespace Athena.Compliance.Tests;

internal sealed class ReportNumberTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public void It_is_when_the_hour_begins_by_the_local_clock()
    {
        var evidence = Mails.Some.OnlyAdmins();
        var zone = Mails.Some.Options.Zone.Zone;
        Assert.That(ReportNumber.Of(evidence, zone), Is.EqualTo("AC-2026-11-20T0900+0200"));
        Assert.That(evidence.Id, Is.EqualTo("AC-20261120T0800Z"), "Keys and files stay what they were.");
        Assert.That(ReportNumber.Of(evidence with { IsInvented = true }, zone), Is.EqualTo("AC-TEST-2026-11-20T0900+0200"));
    }

    [TestCase("AC-2026-11-20T0900+0200", "AC-20261120T0800Z")]
    [TestCase("AC-20261120T0800Z", "AC-20261120T0800Z", Description = "as reports of before have it")]
    [TestCase("10:00", "AC-20261120T0800Z")]
    [TestCase("2026-11-20T10:00", "AC-20261120T0800Z")]
    public void Explain_finds_the_hour(string asked, string id) =>
        Assert.That(ExplainCommand.IdOf(asked, Windows("Africa/Johannesburg"), Now), Is.EqualTo(id));

    [TestCase("AC-2026-11-20T0900")]
    [TestCase("AC-TEST-2026-11-20T0900+0200")]
    [TestCase("AC-")]
    [TestCase("AC-2026-11-20T0900+02000")]
    public void What_is_no_number_is_refused(string asked) =>
        Assert.That(() => ExplainCommand.IdOf(asked, Windows("Africa/Johannesburg"), Now), Throws.TypeOf<UsageException>());

    /// <summary>On the night when the clock is put back, 02:00 comes twice, and on that when it is put on 02:00 never comes.</summary>
    [TestCase("Europe/Berlin", 2026, 10, 25)]
    [TestCase("Europe/Berlin", 2026, 3, 29)]
    [TestCase("Africa/Johannesburg", 2026, 11, 20)]
    public void Each_window_of_a_day_has_a_number_of_its_own_by_which_it_is_found(string zone, int year, int month, int day)
    {
        var windows = Windows(zone);
        var begin = new DateTimeOffset(year, month, day, 0, 0, 0, TimeSpan.Zero);
        var all = windows.Schedule.Ending(begin, begin.AddDays(1)).ToList();
        var numbers = all.ConvertAll(window => ReportNumber.Of(window.From, windows.Zone));
        Assert.That(numbers, Is.Unique);
        Assert.That(
            numbers.Select(number => ExplainCommand.IdOf(number, windows, Now)),
            Is.EqualTo(all.Select(window => WindowEvidence.IdOf(window.To))));
    }

    private static WindowSettings Windows(string zone) => WindowSettings.Read(
        new SettingsReader(new SettingsSource(new Dictionary<string, string> { ["REPORT_HOURS"] = "00-23" }, null, [])),
        TimeZoneInfo.FindSystemTimeZoneById(zone), TimeSpan.Zero);
}
