using Athena.Common.GrafanaLog.Line;

namespace Athena.Common.Grafana.Usage;

/// <summary>One user in one organisation while they are counted.</summary>
internal sealed class UserRow(long id, long orgId, bool isIgnored, bool isOurId)
{
    private DashboardRows dashboards = new();
    private byte[] login = [];
    private int loginLength;
    private bool isLoginEscaped;
    private string? loginText;
    private DateTimeOffset loginAt;
    private DateTimeOffset first;
    private DateTimeOffset last;
    private long requests;
    private long rendererRequests;
    private ActivityProof proof = ActivityProof.TabOnly;
    private bool isInBrowser;
    private ulong marks;

    public long Id => id;

    public long OrgId => orgId;

    public bool IsIgnored => isIgnored;

    public bool IsOurId => isOurId;

    public bool HasRequests => requests > 0;

    /// <summary>Time of the earliest request; of no meaning without <see cref="HasRequests"/>.</summary>
    public DateTimeOffset First => first;

    public ref DashboardRows Dashboards => ref dashboards;

    /// <summary>The newest page of a dashboard that they asked for.</summary>
    public PageRequest Page { get; set; }

    /// <summary>Time of the line that has it.</summary>
    public DateTimeOffset LoginAt => loginAt;

    public string Login => loginText ??= new LogText(login.AsSpan(0, loginLength), isLoginEscaped).ToString();

    /// <summary>A login as text, of which there is only one while it stays the same.</summary>
    public string TextOf(LogText now) => IsLogin(now) ? Login : now.ToString();

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

    /// <summary>Something that only a browser does, as loading a page, and that is not the renderer's.</summary>
    public void TakeBrowser() => isInBrowser = true;

    /// <summary>Adds what was counted of the lines that follow, as if they had been taken here.</summary>
    /// <param name="uids">By the number of a uid there its number here.</param>
    public void Join(UserRow later, int[] uids)
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
        isInBrowser |= later.isInBrowser;
        marks |= later.marks;
        Page = later.Page.At != 0 ? later.Page : Page;
        dashboards.Join(later.dashboards, uids);
    }

    /// <param name="uids">By number.</param>
    public UserActivity Snapshot(string lastLogin, string[] uids) =>
        new(id, lastLogin, orgId, requests, rendererRequests, first, last, proof, dashboards.Snapshot(uids), marks)
        {
            IsInBrowser = isInBrowser,
        };

    private void TakeProof(ActivityProof kind)
    {
        if (kind > proof)
            proof = kind;
    }

    private bool IsLogin(LogText now) => now.IsEscaped == isLoginEscaped && now.Raw.SequenceEqual(login.AsSpan(0, loginLength));

    private void TakeLogin(DateTimeOffset time, LogText now)
    {
        if (time < loginAt)
            return;
        loginAt = time;
        if (IsLogin(now))
            return;
        loginText = null;
        if (login.Length < now.Raw.Length)
            login = new byte[now.Raw.Length];
        now.Raw.CopyTo(login);
        loginLength = now.Raw.Length;
        isLoginEscaped = now.IsEscaped;
    }
}
