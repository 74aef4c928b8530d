using System.Globalization;
using System.Text;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Database;
using Athena.Tests.Shared;

namespace Athena.AutoDisable.Tests.Simulation;

/// <summary>
/// Grafana as far as the gate can see it: users, the answers, and the log lines. Answers can get lost after their effect.
/// </summary>
internal sealed class SimulatedGrafana(CrashPoint crash, ManualTime time, Random random) : IGrafana
{
    public const long SelfId = 2;

    private const long FirstId = 100;

    private long nextId = FirstId;

    public List<SimulatedUser> Users { get; } = [];

    /// <summary>Paths of the daemon's calls, in order.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>Lines of the log, in order; null stands for one that was lost before anybody could read it.</summary>
    public List<byte[]?> Log { get; } = [];

    public bool IsDown { get; set; }

    /// <summary>Grafana runs and its database does not: only the health page is answered.</summary>
    public bool IsDatabaseAway { get; set; }

    public bool IsSignedOut { get; set; }

    public bool IsForbidden { get; set; }

    /// <summary>By how much the server's clock, and so what it says of when accounts were made, is off.</summary>
    public TimeSpan ClockOffset { get; set; }

    /// <summary>Another version, or something in front of it: what it says of users lacks what decisions hang on.</summary>
    public bool IsStrange { get; set; }

    /// <summary>The permission to delete accounts is missing, and no other.</summary>
    public bool RefusesDeletion { get; set; }

    /// <summary>Whose record is not to be had at the moment; null for nobody's.</summary>
    public SimulatedUser? Unreadable { get; set; }

    public bool RouterLogging { get; set; } = true;

    public List<ServiceAccount> ServiceAccounts { get; } = [];

    public List<PendingInvitation> Invitations { get; } = [];

    /// <summary>Titles of dashboards by uid; others do not exist.</summary>
    public Dictionary<string, string> Titles { get; } = [];

    /// <summary>The answer to every question for a title, when it is to come late.</summary>
    public Task<GrafanaAnswer<DashboardTitle>>? SlowTitles { get; set; }

    /// <summary>Grafana's database, where the daemon has access to it.</summary>
    public IGrafanaUserTable? Table { get; set; }

    /// <summary>Share of the answers that are lost although the call had its effect, or before it.</summary>
    public double Loss { get; set; }

    /// <summary>Answers come later, on other threads, as in life; for tests of what runs in parallel.</summary>
    public bool Yields { get; set; }

    /// <summary>Called with each account that the daemon disables.</summary>
    public Action<SimulatedUser> Disabled { get; set; } = _ => { };

    /// <summary>Called with each account that the daemon is about to have made.</summary>
    public Action<NewUser> Making { get; set; } = _ => { };

    /// <summary>Every account that a drill made, deleted or not.</summary>
    public List<string> DrillUids { get; } = [];

    /// <summary>Called with each account that the daemon deletes.</summary>
    public Action<SimulatedUser> Deleted { get; set; } = _ => { };

    /// <summary>The accounts' rows in a real database; null where there is none.</summary>
    public GrafanaRows? Rows { get; set; }

    public SimulatedUser Add(
        string login, string email, bool isBaseline = false, bool isAdmin = false, long? id = null, bool isExternal = false,
        bool isDrill = false, bool isFromDirectory = false,
        MadeRow? row = null)
    {
        var uid = row?.Uid ?? NextUid();
        row ??= Rows?.Insert(uid, login, email, isAdmin, isExternal ? isFromDirectory ? "ldap" : "oauth_generic_oauth" : null);
        var user = new SimulatedUser
        {
            Id = row?.Id ?? id ?? NextId(),
            Uid = uid,
            Rows = Rows,
            IsFromDirectory = isFromDirectory,
            Login = login,
            Email = email,
            Name = "Name of " + login,
            IsBaseline = isBaseline,
            IsAdmin = isAdmin,
            IsExternal = isExternal,
            IsDrill = isDrill,
            Created = time.GetUtcNow().AddTicks(-(time.GetUtcNow().Ticks % TimeSpan.TicksPerSecond)) + ClockOffset,
            Sessions = isBaseline ? 0 : 1,
        };
        user.See(row?.IsDisabled ?? false);
        Users.Add(user);
        return user;
    }

    /// <summary>Rows are made at the same moment, by a connection each.</summary>
    public IReadOnlyList<SimulatedUser> AddTogether(IReadOnlyList<string> logins)
    {
        var uids = logins.Select(_ => NextUid()).ToList();
        var made = logins.Zip(uids).AsParallel().AsOrdered()
            .Select(one => Rows!.Insert(one.Second, one.First, one.First, isAdmin: false, origin: null)).ToList();
        return [.. logins.Zip(made, (login, row) => Add(login, login, row: row))];
    }

    public void Remove(SimulatedUser user)
    {
        Users.Remove(user);
        Rows?.Delete(user.Id);
    }

    /// <summary>
    /// The sequence of ids is set back, as by a restored database: ids that were given before are given again where they are free.
    /// </summary>
    public void SetSequenceBack()
    {
        nextId = FirstId;
        Rows?.SetSequence(FirstId);
    }

    private string NextUid() => string.Create(CultureInfo.InvariantCulture, $"u{random.NextInt64(36L * 36 * 36 * 36 * 36 * 36):x}");

    private long NextId()
    {
        while (Users.Exists(user => user.Id == nextId)) nextId++;
        return nextId++;
    }

    public void LogSignUp(SimulatedUser user)
    {
        Write($"logger=http.server t={Now} level=info msg=\"Successful Login\" User={Quote(user.Email)}");
        LogRequest(0, "", "POST", "/api/user/signup/step2", 200);
    }

    public void LogRequest(long userId, string login, string method, string path, int status, string referer = "")
    {
        if (!RouterLogging && status is 200 or 304) return;
        Write(string.Create(CultureInfo.InvariantCulture,
            $"logger=context userId={userId} orgId=1 uname={Quote(login)} t={Now} level=info msg=\"Request Completed\" method={method} "
            + $"path={path} status={status} remote_addr=203.0.113.9 time_ms=9 duration=9ms size=83 referer={referer} handler={path} "
            + $"status_source=server"));
    }

    /// <summary>A page that does not exist is asked for by somebody without a login.</summary>
    public void Probe(string nonce) => LogRequest(0, "", "GET", $"/d/athena-probe-{nonce}", 302);

    private string Now => (time.GetUtcNow() + ClockOffset).ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    private void Write(string line) => Log.Add(Encoding.UTF8.GetBytes(line));

    /// <summary>Grafana's quoting, see docs/grafana.md §1.</summary>
    private static string Quote(string value)
    {
        if (value.Length > 0 && value != "null" && value.All(c => c > ' ' && c is not ('=' or '"' or '\u007f'))) return value;
        if (value.Length == 0) return "";
        var quoted = new StringBuilder("\"");
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' or '\\' => quoted.Append('\\').Append(c),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                < ' ' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }

    private const string Ours = "http://127.0.0.1:3000/athena-workers/auto-disable";

    /// <summary>One call: refused as Grafana is just now, or done, with the crash points and lost answers around the effect.</summary>
    private async Task<GrafanaAnswer<T>> Call<T>(string method, string path, Func<(GrafanaOutcome, T?)> effect, bool needsAdmin = true)
        where T : class
    {
        if (!Yields) return await CallNow(method, path, effect, needsAdmin).ConfigureAwait(false);
        await Task.Yield();
        GrafanaAnswer<T> answer;
        lock (Users) answer = CallNow(method, path, effect, needsAdmin).GetAwaiter().GetResult();
        await Task.Delay(random.Next(2)).ConfigureAwait(false);
        return answer;
    }

    private Task<GrafanaAnswer<T>> CallNow<T>(string method, string path, Func<(GrafanaOutcome, T?)> effect, bool needsAdmin)
        where T : class
    {
        crash.Pass();
        Asked.Add(path);
        if (IsDown) return Answer<T>(GrafanaOutcome.Unavailable, "connection refused");
        if (IsDatabaseAway)
            return Answer<T>(GrafanaOutcome.Unavailable, path == "/api/health" ? GrafanaHealth.DatabaseAway : "Grafana answers 500");
        if (IsSignedOut) return Answer<T>(GrafanaOutcome.SignInFailed, "401");
        if (IsForbidden && needsAdmin) return Answer<T>(GrafanaOutcome.Refused, "403, needs users:disable");
        if (IsStrange && (typeof(T) == typeof(GrafanaUser) || typeof(T) == typeof(IReadOnlyList<GrafanaUser>)) && path != "/api/user")
            return Answer<T>(GrafanaOutcome.NotUnderstood, "the account with id 8 has no isDisabled");
        if (random.NextDouble() < Loss / 2) return Answer<T>(GrafanaOutcome.Unavailable, "lost before the effect");
        var (outcome, value) = effect();
        LogRequest(
            SelfId,
            "athena",
            method,
            path,
            outcome switch { GrafanaOutcome.Gone => 404, GrafanaOutcome.AlreadySo => 412, GrafanaOutcome.ExternalUser => 500, _ => 200 },
            Ours);
        crash.Pass();
        return random.NextDouble() < Loss / 2
            ? Answer<T>(GrafanaOutcome.Unavailable, "lost after the effect")
            : Task.FromResult(new GrafanaAnswer<T>(outcome, value, outcome.ToString()));
    }

    private static Task<GrafanaAnswer<T>> Answer<T>(GrafanaOutcome outcome, string detail)
        where T : class => Task.FromResult(new GrafanaAnswer<T>(outcome, null, detail));

    /// <summary>A call that Grafana refuses for external accounts.</summary>
    private Task<GrafanaAnswer<Acknowledgement>> OnInternal(
        string method, string path, long id, Func<SimulatedUser, Acknowledgement> effect) =>
        Users.Find(u => u.Id == id) is { IsExternal: true }
            ? Call(method, path, () => (GrafanaOutcome.ExternalUser, (Acknowledgement?)null))
            : OnUser(method, path, id, effect);

    private Task<GrafanaAnswer<T>> OnUser<T>(string method, string path, long id, Func<SimulatedUser, T> effect)
        where T : class => Call(method, path, () =>
        Users.Find(u => u.Id == id) is { } user ? (GrafanaOutcome.Done, effect(user)) : (GrafanaOutcome.Gone, (T?)null));

    public Task<GrafanaAnswer<GrafanaHealth>> HealthAsync(CancellationToken cancel) =>
        Call("GET", "/api/health", () => (GrafanaOutcome.Done, (GrafanaHealth?)new GrafanaHealth("12.3.0", true)), false);

    public Task<GrafanaAnswer<GrafanaUser>> WhoAmIAsync(CancellationToken cancel) =>
        Call("GET", "/api/user", () => (GrafanaOutcome.Done, (GrafanaUser?)Users.First(u => u.Id == SelfId).Record), false);

    public Task<GrafanaAnswer<ServerSettings>> ServerSettingsAsync(CancellationToken cancel) =>
        Call("GET", "/api/admin/settings", () =>
            (GrafanaOutcome.Done, (ServerSettings?)new ServerSettings(new Dictionary<string, IReadOnlyDictionary<string, string>>
            {
                ["server"] = new Dictionary<string, string> { ["router_logging"] = RouterLogging ? "true" : "false" },
            })));

    public Task<GrafanaAnswer<IReadOnlyList<GrafanaUser>>> AllUsersAsync(CancellationToken cancel) =>
        Call("GET", "/api/users", () => (GrafanaOutcome.Done, (IReadOnlyList<GrafanaUser>?)Users.ConvertAll(u => u.Record)));

    public Task<GrafanaAnswer<GrafanaUser>> UserAsync(long id, CancellationToken cancel) =>
        Unreadable?.Id == id
            ? Answer<GrafanaUser>(GrafanaOutcome.Unavailable, "no answer")
            : OnUser("GET", $"/api/users/{id}", id, user => user.Record);

    public Task<GrafanaAnswer<GrafanaUser>> UserByUidAsync(string uid, CancellationToken cancel) =>
        OnUser("GET", $"/api/users/{uid}", Users.Find(u => u.Uid == uid)?.Id ?? 0, user => user.Record);

    public Task<GrafanaAnswer<GrafanaUser>> LookUpAsync(string loginOrEmail, CancellationToken cancel) =>
        OnUser(
            "GET", "/api/users/lookup", Users.Find(u => u.Login == loginOrEmail || u.Email == loginOrEmail)?.Id ?? 0, user => user.Record);

    public Task<GrafanaAnswer<IReadOnlyList<OrganisationMembership>>> OrganisationsOfAsync(long id, CancellationToken cancel) =>
        OnUser<IReadOnlyList<OrganisationMembership>>("GET", $"/api/users/{id}/orgs", id, _ => [new(1, "Main Org.", "Viewer")]);

    public Task<GrafanaAnswer<IReadOnlyList<GrafanaOrganisation>>> OrganisationsAsync(CancellationToken cancel) =>
        Call("GET", "/api/orgs", () => (GrafanaOutcome.Done, (IReadOnlyList<GrafanaOrganisation>?)[new(1, "Main Org.")]));

    public Task<GrafanaAnswer<IReadOnlyList<ServiceAccount>>> ServiceAccountsAsync(long orgId, CancellationToken cancel) =>
        Call("GET", "/api/serviceaccounts/search", () =>
            (GrafanaOutcome.Done, (IReadOnlyList<ServiceAccount>?)[.. ServiceAccounts.Where(account => account.OrgId == orgId)]));

    public Task<GrafanaAnswer<ServiceAccount>> ServiceAccountAsync(long orgId, long id, CancellationToken cancel) =>
        Call("GET", "/api/serviceaccounts/" + id, () =>
            ServiceAccounts.FirstOrDefault(account => account.OrgId == orgId && account.Id == id) is { } found
                ? (GrafanaOutcome.Done, (ServiceAccount?)found)
                : (GrafanaOutcome.Gone, null));

    public Task<GrafanaAnswer<IReadOnlyList<PendingInvitation>>> InvitationsAsync(long orgId, CancellationToken cancel) =>
        Call("GET", "/api/org/invites", () =>
            (GrafanaOutcome.Done, (IReadOnlyList<PendingInvitation>?)[.. Invitations.Where(one => one.OrgId == orgId)]));

    public Task<GrafanaAnswer<IReadOnlyList<UserSession>>> SessionsAsync(long id, CancellationToken cancel) =>
        OnUser<IReadOnlyList<UserSession>>("GET", $"/api/admin/users/{id}/auth-tokens", id, user =>
            [.. Enumerable.Range(1, user.Sessions).Select(n => new UserSession(n, "203.0.113.9", "", "", user.Created, user.Created))]);

    public Task<GrafanaAnswer<DashboardTitle>> DashboardAsync(string uid, CancellationToken cancel) =>
        SlowTitles ?? Call("GET", $"/api/dashboards/uid/{uid}", () =>
            Titles.TryGetValue(uid, out var title)
                ? (GrafanaOutcome.Done, new DashboardTitle(uid, title, "", $"/d/{uid}"))
                : (GrafanaOutcome.Gone, (DashboardTitle?)null));

    public Task<GrafanaAnswer<Acknowledgement>> DisableAsync(long id, CancellationToken cancel) =>
        OnInternal("POST", $"/api/admin/users/{id}/disable", id, user =>
        {
            Disabled(user);
            user.IsDisabled = true;
            user.WasLocked = true;
            user.Sessions = 0;
            return new Acknowledgement("User disabled");
        });

    public Task<GrafanaAnswer<Acknowledgement>> EnableAsync(long id, CancellationToken cancel) =>
        OnInternal("POST", $"/api/admin/users/{id}/enable", id, user =>
        {
            user.IsDisabled = false;
            return new Acknowledgement("User enabled");
        });

    public Task<GrafanaAnswer<Acknowledgement>> LogoutAsync(long id, CancellationToken cancel) =>
        OnUser("POST", $"/api/admin/users/{id}/logout", id, user =>
        {
            user.Sessions = 0;
            return new Acknowledgement("User logged out");
        });

    public Task<GrafanaAnswer<Acknowledgement>> SetRoleAsync(long orgId, long id, string role, CancellationToken cancel) =>
        OnInternal("PATCH", $"/api/orgs/{orgId}/users/{id}", id, _ => new Acknowledgement("Organization user updated"));

    public Task<GrafanaAnswer<CreatedUser>> CreateUserAsync(NewUser user, CancellationToken cancel) =>
        Call("POST", "/api/admin/users/", () =>
        {
            Making(user);
            if (Users.Exists(u => u.Login == user.Login || u.Email == user.Email)) return (GrafanaOutcome.AlreadySo, (CreatedUser?)null);
            var made = Add(user.Login, user.Email, isDrill: true);
            made.Sessions = 0;
            DrillUids.Add(made.Uid);
            return (GrafanaOutcome.Done, new CreatedUser(made.Id, made.Uid));
        });

    public Task<GrafanaAnswer<Acknowledgement>> DeleteUserAsync(long id, CancellationToken cancel) =>
        RefusesDeletion
            ? Answer<Acknowledgement>(GrafanaOutcome.Refused, "403, needs users:delete")
            : OnUser("DELETE", $"/api/admin/users/{id}", id, user =>
        {
            Deleted(user);
            Remove(user);
            return new Acknowledgement("User deleted");
        });

    public Task<GrafanaAnswer<Acknowledgement>> DeleteServiceAccountAsync(long orgId, long id, CancellationToken cancel) =>
        Call("DELETE", $"/api/serviceaccounts/{id}", () =>
            ServiceAccounts.RemoveAll(account => account.Id == id && account.OrgId == orgId) > 0
                ? (GrafanaOutcome.Done, new Acknowledgement("Service account deleted"))
                : (GrafanaOutcome.Gone, (Acknowledgement?)null));
}
