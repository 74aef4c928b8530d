using System.Globalization;
using System.Text.Json.Nodes;

namespace Athena.Sandbox.Grafana;

/// <summary>
/// Everything the stand-in remembers. Every access happens under <see cref="Gate"/>; the public methods take it themselves,
/// so that a test can look in and change things while the server answers.
/// </summary>
public sealed class GrafanaDatabase
{
    private readonly TimeProvider time;
    private readonly AccountIndex accounts = new();
    private readonly Dictionary<string, long> tokens = new(StringComparer.Ordinal);
    private readonly string defaultRole;
    private readonly ISharedTables? tables;
    private long lastAccountId;
    private long lastTemporaryUserId;
    private long lastSessionId;
    private long lastTokenId;

    internal GrafanaDatabase(StandInOptions options)
    {
        time = options.Time;
        Names = new NameMaker(new Random(options.Seed));
        defaultRole = options.AutoAssignOrgRole;
        tables = options.Tables;
        Organisations.Add(1, new Organisation { Id = 1, Name = "Main Org." });
        AddUser(options.AdminUser, "admin@localhost", "", options.AdminPassword, role: "Admin", serverAdmin: true);
    }

    internal Lock Gate { get; } = new();
    internal NameMaker Names { get; }
    internal SortedDictionary<long, Organisation> Organisations { get; } = [];
    internal SessionTable Sessions { get; } = new();
    internal List<Invitation> Invitations { get; } = [];
    internal List<Dashboard> Dashboards { get; } = [];
    internal List<Folder> Folders { get; } = [];
    internal List<PublicDashboard> PublicDashboards { get; } = [];
    internal List<Annotation> Annotations { get; } = [];
    internal List<DataSource> DataSources { get; } = [];
    internal DateTimeOffset Now => time.GetUtcNow();

    /// <summary>People, without service accounts, in the order of the API (by login).</summary>
    internal IEnumerable<Account> People => accounts.All.Where(a => a.Service is null).OrderBy(a => a.Login, StringComparer.Ordinal);

    /// <summary>How many people there are.</summary>
    internal int Count => accounts.Count;

    internal IEnumerable<Account> ServiceAccounts => accounts.All.Where(a => a.Service is not null).OrderBy(a => a.Id);

    /// <summary>All people as they are now. The objects are the live ones.</summary>
    public IReadOnlyList<Account> Users
    {
        get { lock (Gate) return [.. People]; }
    }

    /// <summary>A person made without a request, as a restored or provisioned account is; no line is logged.</summary>
    /// <param name="orgId">0 puts the person in no organisation.</param>
    /// <param name="role">null is the server's default role.</param>
    public Account AddUser(
        string login, string email, string name = "", string password = "", string? role = null, long orgId = 1,
        bool serverAdmin = false, bool disabled = false, DateTimeOffset? created = null, string? authLabel = null,
        bool externallySynced = false)
    {
        lock (Gate)
        {
            var at = ToSeconds(created ?? Now);
            var account = new Account
            {
                Id = ++lastAccountId,
                Uid = Names.Uid(),
                Login = login.ToLowerInvariant(),
                Email = email.ToLowerInvariant(),
                Name = name,
                Password = password,
                IsServerAdmin = serverAdmin,
                IsDisabled = disabled,
                AuthLabel = authLabel,
                IsExternallySynced = externallySynced,
                CurrentOrgId = orgId,
                Created = at,
                Updated = at,
                LastSeen = at.AddYears(-10),
            };
            accounts.Add(account);
            if (Organisations.TryGetValue(orgId, out var organisation)) organisation.Roles[account.Id] = role ?? defaultRole;
            Write(account);
            return account;
        }
    }

    /// <summary>Amid a request: see <see cref="ISharedTables.Write"/>.</summary>
    public void Write(Account account) => tables?.Write(this, account);

    /// <summary>A service account with a token, ready to be used as <c>Authorization: Bearer</c>.</summary>
    /// <param name="granted">permissions of an Enterprise role, for example <c>users:read</c>.</param>
    public (Account Account, string Token) AddServiceAccount(string name, string role = "Viewer", long orgId = 1, params string[] granted)
    {
        lock (Gate)
        {
            var account = AddServiceAccountWithoutToken(name, role, orgId, granted);
            return (account, AddToken(account).Key);
        }
    }

    internal Account AddServiceAccountWithoutToken(string name, string role, long orgId, string[] granted)
    {
        var login = string.Create(CultureInfo.InvariantCulture, $"sa-{orgId}-{name.ToLowerInvariant().Replace(' ', '-')}");
        var at = ToSeconds(Now);
        var account = new Account
        {
            Id = ++lastAccountId,
            Uid = Names.Uid(),
            Login = login,
            Email = login,
            Name = name,
            CurrentOrgId = orgId,
            Created = at,
            Updated = at,
            LastSeen = at.AddYears(-10),
            Service = new ServiceAccountPart { OrgId = orgId, Role = role, Granted = granted.ToHashSet(StringComparer.Ordinal) },
        };
        accounts.Add(account);
        return account;
    }

    /// <summary>The account with this id, uid, login or e-mail (tried in this order), or null.</summary>
    public Account? Find(string who)
    {
        lock (Gate) return ByIdOrUid(who) ?? ByLoginOrEmail(who);
    }

    /// <summary>The roles of an account: organisation id to role.</summary>
    public IReadOnlyDictionary<long, string> RolesOf(Account account)
    {
        lock (Gate) return Organisations.Values.Where(o => o.Roles.ContainsKey(account.Id))
            .ToDictionary(o => o.Id, o => o.Roles[account.Id]);
    }

    /// <summary>How many sessions the account has.</summary>
    public int SessionsOf(Account account)
    {
        lock (Gate) return Sessions.Of(account.Id).Count;
    }

    /// <summary>What a restore of an older database does to one account: it is gone, and so is all that hangs on it.</summary>
    public void Remove(Account account)
    {
        lock (Gate)
        {
            accounts.Remove(account);
            Sessions.RemoveOf(account.Id);
            foreach (var organisation in Organisations.Values) organisation.Roles.Remove(account.Id);
            foreach (var token in tokens.Where(t => t.Value == account.Id).Select(t => t.Key).ToArray()) tokens.Remove(token);
        }
    }

    /// <summary>
    /// What a hand in the database does: sets the flag, and with it deletes the sessions, or clears it. No request, no line, no look at
    /// whether the account is external.
    /// </summary>
    /// <param name="uid">null or empty means a row without one; another uid than the row's is another account</param>
    /// <returns>False when there is no such row.</returns>
    public bool WriteFlag(long id, string? uid, bool isDisabled)
    {
        lock (Gate)
        {
            if (ById(id) is not { } account || account.Uid != (uid ?? "")) return false;
            account.IsDisabled = isDisabled;
            if (isDisabled) Sessions.RemoveOf(id);
            return true;
        }
    }

    internal DatabaseDump Dump()
    {
        lock (Gate)
        {
            var organisations = Organisations.Values.Select(o =>
                new DatabaseDump.Members(o.Id, o.Name, new Dictionary<long, string>(o.Roles)));
            return new DatabaseDump(
                [.. accounts.All], [.. organisations], [.. Sessions], new Dictionary<string, long>(tokens),
                [lastAccountId, lastTemporaryUserId, lastSessionId, lastTokenId]);
        }
    }

    /// <summary>What came after the dump is gone; its own ids, passwords and sessions are back.</summary>
    internal void Restore(DatabaseDump dump)
    {
        lock (Gate)
        {
            accounts.Clear();
            tokens.Clear();
            Sessions.Clear();
            Organisations.Clear();
            foreach (var account in dump.Accounts) accounts.Add(account);
            foreach (var (key, id) in dump.Tokens) tokens.Add(key, id);
            foreach (var session in dump.Sessions) Sessions.Add(session);
            foreach (var (id, name, roles) in dump.Organisations)
            {
                var organisation = new Organisation { Id = id, Name = name };
                foreach (var (account, role) in roles) organisation.Roles.Add(account, role);
                Organisations.Add(id, organisation);
            }

            (lastAccountId, lastTemporaryUserId, lastSessionId, lastTokenId) =
                (dump.LastIds[0], dump.LastIds[1], dump.LastIds[2], dump.LastIds[3]);
        }
    }

    internal Account? BySubject(string label, string subject) =>
        accounts.All.FirstOrDefault(a => a.AuthLabel == label && a.AuthSubject == subject);

    internal Account? ById(long id) => accounts.ById(id);

    internal Account? ByIdOrUid(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id)
            ? ById(id)
            : accounts.ByUid(text);

    /// <summary>
    /// With an at sign the e-mail is tried first, else only the login, then the e-mail (seen: docs/grafana.md §5 and the recordings).
    /// </summary>
    internal Account? ByLoginOrEmail(string text)
    {
        var wanted = text.ToLowerInvariant();
        List<Account> named = [.. accounts.ByName(wanted).Where(account => account.Service is null)];
        var (byEmail, byLogin) = (named.Find(account => account.Email == wanted), named.Find(account => account.Login == wanted));
        return wanted.Contains('@') ? byEmail ?? byLogin : byLogin ?? byEmail;
    }

    internal bool IsTaken(string login, string email, Account? except = null)
    {
        var (wantedLogin, wantedEmail) = (login.ToLowerInvariant(), email.ToLowerInvariant());
        return accounts.ByName(wantedLogin).Any(a => a != except && a.Login == wantedLogin)
            || accounts.ByName(wantedEmail).Any(a => a != except && a.Email == wantedEmail);
    }

    /// <summary>Gives an account another login and e-mail; both are how it is found, so they are set here alone.</summary>
    public void Rename(Account account, string login, string email)
    {
        lock (Gate) accounts.Rename(account, login.ToLowerInvariant(), email.ToLowerInvariant());
    }

    /// <summary>What the columns do not hold is refused by PostgreSQL, counted in characters (docs/grafana.md §10).</summary>
    internal static bool IsTooLong(string login, string email, string name) =>
        Characters(login) > 190 || Characters(email) > 190 || Characters(name) > 255;

    private static int Characters(string text) => text.EnumerateRunes().Count();

    internal Account? ByToken(string key) => tokens.TryGetValue(key, out var id) ? ById(id) : null;

    internal int TokensOf(Account account) => tokens.Count(t => t.Value == account.Id);

    internal (long Id, string Key) AddToken(Account account)
    {
        var key = Names.ServiceAccountToken();
        tokens.Add(key, account.Id);
        return (++lastTokenId, key);
    }

    internal long NextTemporaryUserId() => ++lastTemporaryUserId;

    internal Organisation AddOrganisation(string name, Account? creator)
    {
        var organisation = new Organisation { Id = Organisations.Keys.Max() + 1, Name = name };
        if (creator is not null) organisation.Roles[creator.Id] = "Admin";
        Organisations.Add(organisation.Id, organisation);
        return organisation;
    }

    internal Session AddSession(Account account, string clientIp)
    {
        var now = Now;
        var session = new Session
        {
            Id = ++lastSessionId,
            UserId = account.Id,
            Token = Names.SessionToken(),
            ClientIp = clientIp,
            Created = now,
            Rotated = now,
            Seen = now,
        };
        Sessions.Add(session);
        return session;
    }

    internal void Rotate(Session session)
    {
        Sessions.Rotate(session, Names.SessionToken());
        session.Rotated = Now;
    }

    /// <summary>Saves a dashboard as <c>POST /api/dashboards/db</c> does.</summary>
    public Dashboard SaveDashboard(JsonObject model, string folderUid = "", long orgId = 1, Account? by = null)
    {
        lock (Gate)
        {
            var uid = model["uid"]?.GetValue<string>() is { Length: > 0 } given ? given : Names.Uid();
            var title = model["title"]?.GetValue<string>() ?? "";
            var old = Dashboards.FirstOrDefault(d => d.Uid == uid && d.OrgId == orgId);
            if (old is not null) Dashboards.Remove(old);
            var dashboard = new Dashboard(
                Names.BigId(), uid, orgId, title, NameMaker.Slug(title), folderUid, Names.ResourceUid(), ToSeconds(Now), by, model);
            Dashboards.Add(dashboard);
            return dashboard;
        }
    }

    public Folder AddFolder(string title, string uid = "", long orgId = 1)
    {
        lock (Gate)
        {
            var folder = new Folder(Names.BigId(), uid.Length > 0 ? uid : Names.Uid(), orgId, title);
            Folders.Add(folder);
            return folder;
        }
    }

    internal static DateTimeOffset ToSeconds(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerSecond));
}
