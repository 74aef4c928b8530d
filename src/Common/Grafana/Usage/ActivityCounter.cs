using System.Text;
using Athena.Common.Grafana.Api;
using Athena.Common.GrafanaLog.Line;

namespace Athena.Common.Grafana.Usage;

/// <summary>
/// Counts who did what, line by line (docs/grafana.md §1, §4, §5, §6). Allocates for a row or a dashboard that it has not seen before, for
/// an opening and a change, never for a line as such. Nothing that a line holds makes it throw. For one thread.
/// </summary>
public sealed partial class ActivityCounter
{
    private static readonly TimeSpan MarkLength = TimeSpan.FromMinutes(5);

    private readonly ActivityCounterOptions options;
    private readonly byte[]? opensOf;
    private readonly byte[][]? sentProbes;

    private readonly Dictionary<(long Id, long OrgId), UserRow> rows = [];
    private UserRow? lastRow;
    private readonly UidNumbers uids = new();
    private int dashboards;
    private readonly List<Change> changes = [];
    private readonly List<ProbeEcho> probeEchoes = [];
    private readonly List<DashboardOpen> opens = [];
    private readonly Dictionary<byte[], DateTimeOffset> locks = new(UidComparer.Instance);
    private readonly Dictionary<byte[], DateTimeOffset>.AlternateLookup<ReadOnlySpan<byte>> locksByBytes;
    private readonly Dictionary<long, DateTimeOffset> seenBefore = [];
    private readonly Pictures pictures;
    private DateTimeOffset firstAnonymous = DateTimeOffset.MaxValue;
    private readonly PageTimes pageTimes = new();

    // For values with escapes in them.
    private byte[] pathBuffer = new byte[1024];
    private byte[] refererBuffer = new byte[1024];

    private long answered;
    private long serverErrors;
    private long anonymous;
    private long visitorQueries;
    private long own;
    private long failedLogins;
    private long refusedTokens;
    private readonly OutageTally outage = new();
    private readonly LoginAttempts attempts = new();
    private readonly ServerStarts starts = new();
    private readonly AccessCounter? access;
    private long lockedLogins;
    private long disabledUserAttempts;
    private long accessDenied;
    private long accessDeniedToOurId;
    private long ownRefusals;
    private long signUps;
    private long logins;
    private bool hasRoutineLines;
    private bool isCut;
    private bool areUsersCut;

    public ActivityCounter(ActivityCounterOptions options)
    {
        this.options = options;
        pictures = new Pictures(options.PictureTimeout);
        locksByBytes = locks.GetAlternateLookup<ReadOnlySpan<byte>>();
        opensOf = options.OpensOf is { } uid ? Encoding.UTF8.GetBytes(uid) : null;
        sentProbes = options.SentProbes is { } sent ? [.. sent.Select(Encoding.UTF8.GetBytes)] : null;
        access = options.IsAccessKept ? new AccessCounter() : null;
    }

    /// <summary>
    /// Takes a line of the window; lines that say nothing about activity, and lines without a time, pass without a trace.
    /// </summary>
    public void Take(scoped in LogLine line)
    {
        if (line.Time is { } at)
            starts.Take(line, at);
        switch (line.Kind)
        {
            case LineKind.Request when line.Time is { } time:
                TakeRequest(line, time);
                break;
            case LineKind.Rendering when line.Time is { } time:
                pictures.Begin(line.RenderedFor, time, Decoded(line.Path, ref pathBuffer));
                break;
            case LineKind.FailedLogin when line.Client.Equals("auth.client.api-key"u8):
                refusedTokens++;
                break;
            case LineKind.FailedLogin:
                failedLogins++;
                break;
            case LineKind.IdentityUnavailable when line.Time is { } time:
                outage.Take(time, isOfVisitor: line.Client.EndsWith(".anonymous"u8), hasLeft: line.Error.Contains("context canceled"u8));
                break;
            case LineKind.LoginBlocked:
                lockedLogins++;
                break;
            case LineKind.SuccessfulLogin:
                signUps++;
                break;
            case LineKind.AccessDenied when IsOurId(line.UserId):
                accessDeniedToOurId++;
                break;
            case LineKind.AccessDenied when !options.IgnoredIds.Contains(line.UserId):
                accessDenied++;
                break;
        }
    }

    /// <summary>
    /// A line from near the window (<see cref="ActivityCounterOptions.Around"/>), before or behind it: it counts nothing and explains
    /// others.
    /// </summary>
    public void TakeAround(scoped in LogLine line)
    {
        if (line.Time is not { } time)
            return;
        ReadOnlySpan<byte> path = Decoded(line.Path, ref pathBuffer);
        if (line.Kind == LineKind.Rendering)
            pictures.Begin(line.RenderedFor, time, path);
        else if (line.Kind == LineKind.Request)
            TakeEndOfPicture(line, time, path);
        if (line.Kind != LineKind.Request || line.UserId <= 0)
            return;
        if (IsOurs(line, path))
            TakeLock(line, time, path);
        else if (options.Window is { } window && time < window.From && seenBefore.Count < ActivityBounds.Rows)
            seenBefore.TryAdd(line.UserId, time);
    }

    /// <summary>What was counted so far. The counter may go on.</summary>
    public Activity Snapshot()
    {
        Dictionary<long, UserRow> lastLogins = [];
        foreach (UserRow row in rows.Values)
        {
            if (row.HasRequests && (!lastLogins.TryGetValue(row.Id, out UserRow? known) || row.LoginAt > known.LoginAt))
                lastLogins[row.Id] = row;
        }
        string[] uidTexts = uids.Texts();
        TimeTally pages = pageTimes.Snapshot();
        return new Activity(
            [.. rows.Values.Where(row => row.HasRequests)
                .Select(row => row.Snapshot(lastLogins[row.Id].Login, uidTexts) with
                {
                    SeenBefore = seenBefore.TryGetValue(row.Id, out var at) ? at : null,
                })
                .OrderByDescending(user => user.Requests).ThenBy(user => user.Login, StringComparer.Ordinal)
                .ThenBy(user => user.Id).ThenBy(user => user.OrgId)],
            anonymous,
            new SecurityTally(
                failedLogins,
                lockedLogins,
                disabledUserAttempts,
                // Such a line has no referer. Ours are followed by a request line of ours with 403; what is left was a person with our id.
                accessDenied + Math.Max(0, accessDeniedToOurId - ownRefusals),
                signUps,
                logins)
            { RefusedTokens = refusedTokens, Mistyped = attempts.Mistyped },
            new PageTally(answered, serverErrors, pages.Count, pages.Percentile(50), pages.Percentile(95)),
            [.. probeEchoes.OrderBy(echo => echo.At)],
            [.. changes.OrderBy(change => change.At)])
        {
            HasRoutineLines = hasRoutineLines,
            DatabaseFailures = outage.Snapshot(),
            Unidentified = outage.Spans(),
            VisitorOpens = VisitorOpens,
            VisitorViews = VisitorOpens + visitorQueries,
            Locks = locks.ToDictionary(locked => Encoding.UTF8.GetString(locked.Key), locked => locked.Value, StringComparer.Ordinal),
            OwnRequests = own,
            Opens = [.. opens.OrderBy(open => open.At)],
            Answers = Answers,
            Loads = LoadTimes(uidTexts),
            Starts = [.. starts.All],
            LastLine = starts.Last,
            DownSince = starts.DownSince,
            Access = access?.Snapshot(),
            IsCut = isCut,
            AreUsersCut = areUsersCut,
        };
    }

    private void TakeRequest(scoped in LogLine line, DateTimeOffset time)
    {
        hasRoutineLines |= line.Status is 200 or 304;
        ReadOnlySpan<byte> path = Decoded(line.Path, ref pathBuffer);
        if (line.UserId <= 0)
            TakeAnonymous(line, time, path);
        else if (Row(line.UserId, line.OrgId) is not { } row)
            isCut = areUsersCut = true;
        else if (!row.IsIgnored)
            TakeSignedIn(line, time, path, row);
        TakeEndOfPicture(line, time, path);
    }

    private void TakeSignedIn(scoped in LogLine line, DateTimeOffset time, scoped ReadOnlySpan<byte> path, UserRow row)
    {
        bool isOurs = row.IsOurId && IsOurs(line, path);
        if (line.Status is >= 200 and < 300 && !line.Method.Equals("GET"u8) && ChangeRules.Method(line.Method.Raw) is { } method
            && ChangeRules.IsChange(path))
            TakeChange(line, time, row.TextOf(line.Login), method, isOurs);
        if (isOurs)
        {
            own++;
            TakeLock(line, time, path);
            if (line.Status == 403)
                ownRefusals++;
            return;
        }

        row.Take(time, line.Login);
        access?.Take(line, time, path, RequestRules.PathOf(Decoded(line.Referer, ref refererBuffer)));
        TakeAnswer(line, path);
        TakeWork(line, time, path, row);
    }

    private void TakeWork(scoped in LogLine line, DateTimeOffset time, scoped ReadOnlySpan<byte> path, UserRow row)
    {
        bool isGet = line.Method.Equals("GET"u8);
        bool isQuery = RequestRules.IsQuery(path);
        ReadOnlySpan<byte> referer = Decoded(line.Referer, ref refererBuffer);
        bool isFetch = isGet || (line.Method.Equals("POST"u8) && (isQuery || RequestRules.IsFlags(path)));
        bool isByItself = RequestRules.IsPageByItself(path);
        if (pictures.Holds(row.Id, time, path, referer, isFetch))
        {
            if (!isByItself)
                row.TakeRendered();
            return;
        }

        if (isByItself || !referer.IsEmpty || (isGet && line.Status == 200 && RequestRules.IsPage(path)))
            row.TakeBrowser();
        if (isByItself)
            return;
        if (isGet && line.Status == 200 && RequestRules.DashboardOfPage(path) is { IsEmpty: false } page)
            TakePage(row, page, BeginOf(line, time));
        if (isGet && line.Status == 200 && RequestRules.OpenedDashboard(path) is { IsEmpty: false } uid)
        {
            row.TakeWork(ActivityProof.OpenedDashboard, Mark(time));
            if (TakeDashboard(row, uid, time, RequestRules.VersionOf(path), BeginOf(line, time)))
                TakeOpen(line, time, uid);
            return;
        }

        row.TakeWork(isQuery ? ActivityProof.Queried : ActivityProof.Other, Mark(time));
        // A query that the data source refused was on screen too; one that Grafana refused proves nothing.
        if (isQuery && line.Status is not (401 or 403 or 404) && RequestRules.DashboardOnScreen(referer) is { IsEmpty: false } shown)
            TakeDashboard(row, shown, time, version: 0, BeginOf(line, time));
    }

    /// <param name="version">In which form it was opened, <see cref="RequestRules.VersionOf"/>; 0: it was on screen.</param>
    /// <param name="begin">When the request was made, in ticks.</param>
    /// <returns>Whether it is an opening of its own, or, where there was no room for it, may be one.</returns>
    private bool TakeDashboard(UserRow row, scoped ReadOnlySpan<byte> uid, DateTimeOffset time, uint version, long begin)
    {
        int number = uids.Find(uid);
        int at = number < 0 ? -1 : row.Dashboards.IndexOf(number);
        if (at < 0)
        {
            if (dashboards >= ActivityBounds.Dashboards || uid.Length > ActivityBounds.Uid || !row.Dashboards.HasRoom)
            {
                isCut = true;
                return true;
            }
            number = number >= 0 ? number : uids.Add(uid.ToArray());
            at = row.Dashboards.Add(number, time);
            dashboards++;
        }
        ref DashboardRow dashboard = ref row.Dashboards[at];
        if (version == 0)
        {
            dashboard.TakeScreen(time);
            TakeQuery(row, ref dashboard, number, begin, time.UtcTicks);
            return false;
        }
        bool isOpening = dashboard.TakeOpen(time, version);
        TakeFetch(row, ref dashboard, number, uid, begin, time.UtcTicks, isOpening);
        return isOpening;
    }

    private void TakeOpen(scoped in LogLine line, DateTimeOffset time, scoped ReadOnlySpan<byte> uid)
    {
        if (opensOf is null || !uid.SequenceEqual(opensOf))
            return;
        if (opens.Count < ActivityBounds.Opens)
            opens.Add(new DashboardOpen(time, line.UserId, line.Login.ToString(), line.OrgId));
        else
            isCut = true;
    }

    private void TakeChange(scoped in LogLine line, DateTimeOffset time, string login, string method, bool isOurs)
    {
        if (changes.Count < ActivityBounds.Changes)
            changes.Add(new Change(time, line.UserId, login, line.OrgId, method, line.Path.ToString(), isOurs));
        else
            isCut = true;
    }

    private void TakeProbe(scoped ReadOnlySpan<byte> nonce, DateTimeOffset time)
    {
        if (sentProbes is not null && !WasSent(nonce))
            return;
        if (probeEchoes.Count < ActivityBounds.ProbeEchoes)
            probeEchoes.Add(new ProbeEcho(Encoding.UTF8.GetString(nonce), time));
        else
            isCut = true;
    }

    private void TakeAnswer(scoped in LogLine line, scoped ReadOnlySpan<byte> path)
    {
        if (line.Status < 100)
            return;
        answered++;
        bool isError = line.Status is >= 500 and < 600;
        if (isError)
            serverErrors++;
        TakeAnswer(line.OrgId, isError, path, line.TimeMs);
        if (line.Method.Equals("GET"u8))
        {
            if (line.Status == 200 && RequestRules.IsPage(path))
                pageTimes.Add(line.TimeMs);
        }
        else if (path.SequenceEqual("/login"u8) && line.Method.Equals("POST"u8))
        {
            TakeLogin(line);
        }
    }

    /// <summary>Whoever is locked, and a login that was shut, are refused whatever they type.</summary>
    private void TakeLogin(scoped in LogLine line)
    {
        if (line.Status == 200)
            logins++;
        bool isWrong = line.Status == 401 && line.ErrorMessageId.Equals("password-auth.failed"u8)
            && !line.Error.Contains("too many consecutive"u8);
        if (line.Status == 401)
            access?.TakeRefused(line.RemoteAddress);
        if (isWrong || line.Status == 200)
            attempts.Take(line.RemoteAddress.Raw, line.Status == 200);
    }

    /// <returns>Null when there may be no more rows.</returns>
    private UserRow? Row(long id, long orgId)
    {
        // A page makes many requests one after the other.
        if (lastRow is not null && lastRow.Id == id && lastRow.OrgId == orgId)
            return lastRow;
        if (!rows.TryGetValue((id, orgId), out UserRow? row))
        {
            if (rows.Count >= ActivityBounds.Rows)
                return null;
            row = new UserRow(id, orgId, options.IgnoredIds.Contains(id), IsOurId(id));
            rows.Add((id, orgId), row);
        }
        return lastRow = row;
    }

    private ulong Mark(DateTimeOffset time)
    {
        if (options.Window is not { } window || time < window.From)
            return 0;
        long slot = (time - window.From).Ticks / MarkLength.Ticks;
        return slot < 64 ? 1UL << (int)slot : 0;
    }

    private bool IsOurId(long id) => options.OwnIds.Contains(id);

    /// <summary>Ours by its account, its referer and what it asks for.</summary>
    private bool IsOurs(scoped in LogLine line, scoped ReadOnlySpan<byte> path) =>
        IsOurId(line.UserId) && RouteTable.Matches(line.Method.Raw, path)
            && RequestRules.IsOwnReferer(Decoded(line.Referer, ref refererBuffer));

    private bool WasSent(scoped ReadOnlySpan<byte> nonce)
    {
        foreach (byte[] sent in sentProbes!)
        {
            if (nonce.SequenceEqual(sent))
                return true;
        }
        return false;
    }

    private static ReadOnlySpan<byte> Decoded(LogText text, ref byte[] buffer)
    {
        if (!text.IsEscaped)
            return text.Raw;
        if (buffer.Length < text.Raw.Length)
            buffer = new byte[text.Raw.Length];
        return buffer.AsSpan(0, text.CopyTo(buffer));
    }
}
