using Athena.AutoDisable.Evidence;
using Athena.Tests.Shared;

namespace Athena.AutoDisable.Tests.Exposures;

/// <summary>Lines and exposures with plain values, for tests that care about one of them.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Stands before every line that the tests read, whatever the day on which they run.</summary>
    public static TimeProvider Clock => new ManualTime(Noon.AddDays(-1));

    public static string Line(
        long id = 77, string method = "GET", string path = "/api/user", int status = 200, int second = 1, string address = "203.0.113.9",
        long org = 1, string referer = "", int ms = 1) =>
        $"logger=context userId={id} orgId={org} uname=new t=2026-11-21T12:{second / 60:00}:{second % 60:00}Z level=info msg=\"Request "
        + $"Completed\" method={method} path={path} status={status} remote_addr={address} time_ms={ms} duration={ms}ms size=1 "
        + $"referer={referer} handler=x status_source=server";

    public static ExposureFacts Facts(long id = 77) => new(id, Noon, Noon, Noon.AddSeconds(2), RouterLogging: true);

    public static Exposure Exposure(IEnumerable<string> lines, ExposureFacts? facts = null) =>
        Athena.AutoDisable.Evidence.Exposure.Of(Recorded.Recorder(lines).Look(77), facts ?? Facts());
}
