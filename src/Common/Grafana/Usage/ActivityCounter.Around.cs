using Athena.Common.GrafanaLog.Line;

namespace Athena.Common.Grafana.Usage;

/// <summary>What is beside the people who are signed in: visitors, pictures, our own locks.</summary>
public sealed partial class ActivityCounter
{
    /// <summary>The rows of visitors have this id and no requests; each holds what visitors of an organisation opened.</summary>
    private const long Visitor = 0;

    private long VisitorOpens => rows.Values.Where(row => row.Id == Visitor).Sum(row => row.Dashboards.Opens);

    private void TakeAnonymous(scoped in LogLine line, DateTimeOffset time, scoped ReadOnlySpan<byte> path)
    {
        if (time < firstAnonymous)
            firstAnonymous = time;
        bool isGet = line.Method.Equals("GET"u8);
        if (isGet && RequestRules.ProbeNonce(path) is { IsEmpty: false } nonce)
        {
            TakeProbe(nonce, time);
            return;
        }
        if (line.ErrorMessageId.Equals("identity.disabled"u8))
            disabledUserAttempts++;
        // Nobody's line with our referer: our own sign-in, and the login page that a probe asks for. Anybody can write that, but gets
        // nothing there.
        if (path.SequenceEqual("/login"u8) && RequestRules.IsOwnReferer(Decoded(line.Referer, ref refererBuffer)))
            return;
        anonymous++;
        if (line.Status == 200)
            TakeVisit(line, time, path, isGet);
        TakeAnswer(line, path);
    }

    private void TakeVisit(scoped in LogLine line, DateTimeOffset time, scoped ReadOnlySpan<byte> path, bool isGet)
    {
        ReadOnlySpan<byte> given = isGet ? RequestRules.GivenToVisitor(path) : [];
        bool isQuery = RequestRules.IsDataForVisitor(path);
        if ((given.IsEmpty && !isQuery) || pictures.Holds(Visitor, time, path, Decoded(line.Referer, ref refererBuffer), isGet || isQuery))
            return;
        if (given.IsEmpty)
            visitorQueries++;
        else if (Row(Visitor, line.OrgId) is { } row)
            TakeDashboard(row, given.Length > ActivityBounds.Uid ? given[..ActivityBounds.Uid] : given, time, RequestRules.VersionOf(path),
                BeginOf(line, time));
        else
            visitorQueries++;
    }

    private void TakeEndOfPicture(scoped in LogLine line, DateTimeOffset time, scoped ReadOnlySpan<byte> path)
    {
        // One that was broken off leaves the renderer at its page, as long as it may be.
        if (line.Status == 200 && path.StartsWith("/render/"u8) && line.Method.Equals("GET"u8))
            pictures.End(
                line.UserId, time - TimeSpan.FromMilliseconds(Math.Clamp(line.TimeMs, 0, LongestRequest)), time, path["/render".Length..]);
    }

    private const long LongestRequest = 86_400_000;

    /// <summary>Grafana answers 500 for accounts of a single sign-on, which the gate then locks otherwise (docs/grafana.md §5).</summary>
    private void TakeLock(scoped in LogLine line, DateTimeOffset time, scoped ReadOnlySpan<byte> path)
    {
        ReadOnlySpan<byte> before = "/api/admin/users/"u8;
        ReadOnlySpan<byte> behind = "/disable"u8;
        if (line.Status is (>= 200 and < 300) or 500 && path.StartsWith(before) && path.EndsWith(behind)
            && path.Length > before.Length + behind.Length)
            TakeLock(path[before.Length..^behind.Length], time);
    }

    private void TakeLock(scoped ReadOnlySpan<byte> who, DateTimeOffset time)
    {
        if (!locksByBytes.TryGetValue(who, out DateTimeOffset known) || time < known)
            locksByBytes[who] = time;
    }
}
