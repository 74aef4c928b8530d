using Athena.Common.Logs;

namespace Athena.Common.Activities;

/// <summary>One user in one organisation while he is counted.</summary>
internal sealed class UserRow(long id, long orgId, bool isIgnored, bool isOurId)
{
    private readonly Dictionary<byte[], DashboardRow> dashboards = new(UidComparer.Instance);
    private byte[] login = [];
    private int loginLength;
    private bool isLoginEscaped;
    private DateTimeOffset loginAt;
    private DateTimeOffset first;
    private DateTimeOffset last;
    private long requests;
    private long rendererRequests;
    private ActivityProof proof = ActivityProof.TabOnly;
    private bool hasLoadedPage;
    private ulong marks;
    private ulong pageMarks;

    public long Id => id;

    public long OrgId => orgId;

    public bool IsIgnored => isIgnored;

    public bool IsOurId => isOurId;

    public bool HasRequests => requests > 0;

    public int Dashboards => dashboards.Count;

    /// <summary>Time of the line that has it.</summary>
    public DateTimeOffset LoginAt => loginAt;

    public string Login => new LogText(login.AsSpan(0, loginLength), isLoginEscaped).ToString();

    public void Take(DateTimeOffset time, LogText loginNow)
    {
        if (requests++ == 0)
            first = last = time;
        else if (time > last)
            last = time;
        else if (time < first)
            first = time;
        TakeLogin(time, loginNow);
    }

    public void TakeRendered()
    {
        rendererRequests++;
        TakeProof(ActivityProof.RendererOnly);
    }

    public void TakeWork(ActivityProof kind, ulong mark)
    {
        TakeProof(kind);
        marks |= mark;
    }

    /// <summary>
    /// The shell of a dashboard's page, loaded without a referer: that is how the renderer begins too, whose <c>render=1</c> is not in the path.
    /// A person's page goes on with requests that have a referer.
    /// </summary>
    public void TakePage(ulong mark)
    {
        hasLoadedPage = true;
        pageMarks |= mark;
    }

    /// <returns>False when it is a dashboard more and there may be none.</returns>
    public bool TryTakeDashboard(ReadOnlySpan<byte> uid, DateTimeOffset time, bool isOpen, bool mayAdd)
    {
        var byBytes = dashboards.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!byBytes.TryGetValue(uid, out DashboardRow? row))
        {
            if (!mayAdd || dashboards.Count >= ActivityBounds.DashboardsOfRow)
                return false;
            byBytes[uid] = row = new DashboardRow(time);
        }
        row.Take(time, isOpen);
        return true;
    }

    /// <summary>Whether <see cref="Join"/> stays below the bound of a row.</summary>
    public bool HasRoomFor(UserRow later)
    {
        if (dashboards.Count + later.dashboards.Count < ActivityBounds.DashboardsOfRow)
            return true;
        return dashboards.Count + later.dashboards.Keys.Count(uid => !dashboards.ContainsKey(uid)) < ActivityBounds.DashboardsOfRow;
    }

    /// <summary>Adds what was counted of the lines that follow, as if they had been taken here. The other row is of no further use.</summary>
    public void Join(UserRow later)
    {
        if (later.HasRequests)
        {
            first = requests == 0 || later.first < first ? later.first : first;
            last = requests == 0 || later.last > last ? later.last : last;
            requests += later.requests;
            TakeLogin(later.loginAt, new LogText(later.login.AsSpan(0, later.loginLength), later.isLoginEscaped));
        }
        rendererRequests += later.rendererRequests;
        TakeProof(later.proof);
        hasLoadedPage |= later.hasLoadedPage;
        marks |= later.marks;
        pageMarks |= later.pageMarks;

        foreach ((byte[] uid, DashboardRow row) in later.dashboards)
        {
            if (!dashboards.TryAdd(uid, row))
                dashboards[uid].Join(row);
        }
    }

    public UserActivity Snapshot(string lastLogin)
    {
        bool isWorkByPage = hasLoadedPage && rendererRequests == 0;
        return new UserActivity(
            id,
            lastLogin,
            orgId,
            requests,
            rendererRequests,
            first,
            last,
            isWorkByPage && proof < ActivityProof.Other ? ActivityProof.Other : proof,
            [.. dashboards.Select(dashboard => dashboard.Value.Snapshot(dashboard.Key))
                .OrderByDescending(dashboard => dashboard.Opens).ThenByDescending(dashboard => dashboard.IsOnScreen)
                .ThenBy(dashboard => dashboard.Uid, StringComparer.Ordinal)],
            isWorkByPage ? marks | pageMarks : marks);
    }

    private void TakeProof(ActivityProof kind)
    {
        if (kind > proof)
            proof = kind;
    }

    private void TakeLogin(DateTimeOffset time, LogText now)
    {
        if (time < loginAt)
            return;
        loginAt = time;
        if (now.IsEscaped == isLoginEscaped && now.Raw.SequenceEqual(login.AsSpan(0, loginLength)))
            return;
        if (login.Length < now.Raw.Length)
            login = new byte[now.Raw.Length];
        now.Raw.CopyTo(login);
        loginLength = now.Raw.Length;
        isLoginEscaped = now.IsEscaped;
    }
}
