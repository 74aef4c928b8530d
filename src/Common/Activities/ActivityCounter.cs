using System.Text;
using Athena.Common.Grafana.Api;
using Athena.Common.Logs;

namespace Athena.Common.Activities;

/// <summary>
/// Counts who did what, line by line (docs/grafana.md §1, §4, §5, §6). Allocates for a row or a dashboard that it has not seen before, and for a
/// change, never for a line as such. Nothing that a line holds makes it throw. For one thread.
/// </summary>
public sealed partial class ActivityCounter
{
    private static readonly TimeSpan MarkLength = TimeSpan.FromMinutes(5);

    private readonly ActivityCounterOptions options;
    private readonly byte[] ownReferer;
    private readonly byte[]? opensOf;
    private readonly byte[][]? sentProbes;

    private readonly Dictionary<(long Id, long OrgId), UserRow> rows = [];
    private UserRow? lastRow;
    private readonly UidNumbers uids = new();
    private int dashboards;
    private readonly List<Change> changes = [];
    private readonly List<ProbeEcho> probeEchoes = [];
    private readonly List<DashboardOpen> opens = [];
    private readonly List<DateTimeOffset> signUpTimes = [];
    private readonly PageTimes pageTimes = new();

    // For values with escapes in them.
    private byte[] pathBuffer = new byte[1024];
    private byte[] refererBuffer = new byte[1024];

    private long answered;
    private long serverErrors;
    private long anonymous;
    private long visitorViews;
    private long failedLogins;
    private long refusedTokens;
    private readonly OutageTally outage = new();
    private long lockedLogins;
    private long disabledUserAttempts;
    private long accessDenied;
    private long accessDeniedToOurId;
    private long ownRefusals;
    private long signUps;
    private long logins;
    private bool hasRoutineLines;
    private bool isCut;

    public ActivityCounter(ActivityCounterOptions options)
    {
        this.options = options;
        ownReferer = Encoding.UTF8.GetBytes(options.OwnReferer ?? "");
        opensOf = options.OpensOf is { } uid ? Encoding.UTF8.GetBytes(uid) : null;
        sentProbes = options.SentProbes is { } sent ? [.. sent.Select(Encoding.UTF8.GetBytes)] : null;
    }

    /// <summary>Takes a line of the window; lines that say nothing about activity, and lines without a time, pass without a trace.</summary>
    public void Take(scoped in LogLine line)
    {
        switch (line.Kind)
        {
            case LineKind.Request when line.Time is { } time:
                TakeRequest(line, time);
                break;
            case LineKind.FailedLogin when line.Client.Equals("auth.client.api-key"u8):
                refusedTokens++;
                break;
            case LineKind.FailedLogin:
                failedLogins++;
                break;
            case LineKind.IdentityUnavailable when line.Time is { } time:
                outage.Take(time, isOfVisitor: line.Client.EndsWith(".anonymous"u8));
                break;
            case LineKind.LoginBlocked:
                lockedLogins++;
                break;
            case LineKind.SuccessfulLogin:
                TakeSignUp(line);
                break;
            case LineKind.AccessDenied when IsOurId(line.UserId):
                accessDeniedToOurId++;
                break;
            case LineKind.AccessDenied when !options.IgnoredIds.Contains(line.UserId):
                accessDenied++;
                break;
        }
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
        return new Activity(
            [.. rows.Values.Where(row => row.HasRequests).Select(row => row.Snapshot(lastLogins[row.Id].Login, uidTexts))
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
            { RefusedTokens = refusedTokens },
            new PageTally(answered, serverErrors, pageTimes.Count, pageTimes.Percentile(50), pageTimes.Percentile(95)),
            [.. probeEchoes.OrderBy(echo => echo.At)],
            [.. changes.OrderBy(change => change.At)])
        {
            HasRoutineLines = hasRoutineLines,
            VisitorViews = visitorViews,
            DatabaseFailures = outage.Snapshot(),
            SignUps = [.. signUpTimes.Order()],
            Opens = [.. opens.OrderBy(open => open.At)],
            IsCut = isCut,
        };
    }

    private void TakeRequest(scoped in LogLine line, DateTimeOffset time)
    {
        hasRoutineLines |= line.Status is 200 or 304;
        ReadOnlySpan<byte> path = Decoded(line.Path, ref pathBuffer);
        if (line.UserId <= 0)
            TakeAnonymous(line, time, path);
        else if (Row(line.UserId, line.OrgId) is not { } row)
            isCut = true;
        else if (!row.IsIgnored)
            TakeSignedIn(line, time, path, row);
    }

    private void TakeAnonymous(scoped in LogLine line, DateTimeOffset time, scoped ReadOnlySpan<byte> path)
    {
        if (RequestRules.ProbeNonce(path) is { IsEmpty: false } nonce && line.Method.Equals("GET"u8))
        {
            TakeProbe(nonce, time);
            return;
        }
        if (line.ErrorMessageId.Equals("identity.disabled"u8))
            disabledUserAttempts++;
        // Nobody's line with our referer: our own log-in. Anybody can write it, but all he hides is himself among those without a name.
        if (HasOwnReferer(line))
            return;
        anonymous++;
        if (line.Status == 200 && RequestRules.IsView(path))
            visitorViews++;
        TakeAnswer(line, path);
    }

    private void TakeSignedIn(scoped in LogLine line, DateTimeOffset time, scoped ReadOnlySpan<byte> path, UserRow row)
    {
        bool isOurs = row.IsOurId && HasOwnReferer(line) && (!options.IsOwnAccountShared || RouteTable.Matches(line.Method.Raw, path));
        if (line.Status is >= 200 and < 300 && !line.Method.Equals("GET"u8) && ChangeRules.Method(line.Method.Raw) is { } method && ChangeRules.IsChange(path))
            TakeChange(line, time, row.TextOf(line.Login), method, isOurs);
        if (isOurs)
        {
            if (line.Status == 403)
                ownRefusals++;
            return;
        }

        row.Take(time, line.Login);
        TakeAnswer(line, path);
        TakeWork(line, time, path, row);
    }

    private void TakeWork(scoped in LogLine line, DateTimeOffset time, scoped ReadOnlySpan<byte> path, UserRow row)
    {
        if (RequestRules.IsPageByItself(path))
            return;
        ReadOnlySpan<byte> referer = Decoded(line.Referer, ref refererBuffer);
        if (RequestRules.IsByRenderer(referer))
        {
            row.TakeRendered();
            return;
        }

        bool isGet = line.Method.Equals("GET"u8);
        if (isGet && referer.IsEmpty && line.Status == 200 && RequestRules.IsDashboardPage(path))
        {
            row.TakePage(Mark(time));
            return;
        }
        if (isGet && line.Status == 200 && RequestRules.OpenedDashboard(path) is { IsEmpty: false } uid)
        {
            row.TakeWork(ActivityProof.OpenedDashboard, Mark(time));
            TakeDashboard(row, uid, time, isOpen: true);
            TakeOpen(line, time, uid);
            return;
        }

        bool isQuery = RequestRules.IsQuery(path);
        row.TakeWork(isQuery ? ActivityProof.Queried : ActivityProof.Other, Mark(time));
        // A query that the data source refused was on screen too; one that Grafana refused proves nothing.
        if (isQuery && line.Status is not (401 or 403 or 404) && RequestRules.DashboardOnScreen(referer) is { IsEmpty: false } shown)
            TakeDashboard(row, shown, time, isOpen: false);
    }

    private void TakeDashboard(UserRow row, scoped ReadOnlySpan<byte> uid, DateTimeOffset time, bool isOpen)
    {
        int number = uids.Find(uid);
        if (number >= 0 && row.Dashboards.TryTake(number, time, isOpen))
            return;
        if (dashboards >= ActivityBounds.Dashboards || uid.Length > ActivityBounds.Uid || !row.Dashboards.HasRoom)
        {
            isCut = true;
            return;
        }
        row.Dashboards.Add(number >= 0 ? number : uids.Add(uid.ToArray()), time, isOpen);
        dashboards++;
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

    private void TakeSignUp(scoped in LogLine line)
    {
        signUps++;
        if (line.Time is not { } time)
            return;
        if (signUpTimes.Count < ActivityBounds.SignUps)
            signUpTimes.Add(time);
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
        if (line.Status is >= 500 and < 600)
            serverErrors++;
        if (line.Status != 200)
            return;
        if (line.Method.Equals("GET"u8))
        {
            if (RequestRules.IsPage(path))
                pageTimes.Add(line.TimeMs);
        }
        else if (path.SequenceEqual("/login"u8) && line.Method.Equals("POST"u8))
        {
            logins++;
        }
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

    private bool IsOurId(long id) => ownReferer.Length > 0 && options.OwnIds.Contains(id);

    private bool HasOwnReferer(scoped in LogLine line) => ownReferer.Length > 0 && line.Referer.StartsWith(ownReferer);

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
