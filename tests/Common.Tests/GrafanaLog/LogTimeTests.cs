using System.Globalization;
using System.Text;
using Athena.Common.GrafanaLog.Line;

namespace Athena.Common.Tests.GrafanaLog;

public sealed class LogTimeTests
{
    [TestCase("2026-11-21T03:36:45.009237129+02:00", "2026-11-21T03:36:45.0092371+02:00")]
    [TestCase("2026-11-21T03:36:45Z", "2026-11-21T03:36:45.0000000+00:00")]
    [TestCase("2026-11-21T03:36:45.5Z", "2026-11-21T03:36:45.5000000+00:00")]
    [TestCase("2026-11-21T03:36:45.000000009-03:30", "2026-11-21T03:36:45.0000000-03:30")]
    [TestCase("2024-02-29T23:59:59.999999999+14:00", "2024-02-29T23:59:59.9999999+14:00")]
    public void Reads_the_time_with_its_offset(string text, string expected) =>
        Assert.That(Read(text)?.ToString("O", CultureInfo.InvariantCulture), Is.EqualTo(expected));

    [TestCase("")]
    [TestCase("2026-11-21T03:36:45")]
    [TestCase("2026-11-21 03:36:45Z")]
    [TestCase("2026-11-21T03:36:45.Z")]
    [TestCase("2026-11-21T03:36:45.1234567890Z")]
    [TestCase("2026-11-21T03:36:45+0200")]
    [TestCase("2026-11-21T03:36:45+15:00")]
    [TestCase("2026-11-21T03:36:45+02:60")]
    [TestCase("2026-11-21T03:36:45.5")]
    [TestCase("2026-02-29T03:36:45Z")]
    [TestCase("2026-13-01T03:36:45Z")]
    [TestCase("2026-11-00T03:36:45Z")]
    [TestCase("2026-11-21T24:00:00Z")]
    [TestCase("2026-11-21T23:59:60Z")]
    [TestCase("0000-11-21T03:36:45Z")]
    [TestCase("0001-01-01T00:00:00+01:00")]
    [TestCase("9999-12-31T23:59:59-01:00")]
    [TestCase("-026-11-21T03:36:45Z")]
    [TestCase("2026-11-21T03:36:45Zx")]
    public void What_is_no_time_is_null(string text) => Assert.That(Read(text), Is.Null);

    private static DateTimeOffset? Read(string text) => LogTime.Parse(Encoding.UTF8.GetBytes(text));
}
