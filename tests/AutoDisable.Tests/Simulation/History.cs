using System.Globalization;
using System.Text;
using Athena.AutoDisable.State;
using Athena.Common.GrafanaLog.Sources;
using Athena.Tests.Shared;

namespace Athena.AutoDisable.Tests.Simulation;

/// <summary>
/// One random history: people sign up, act, rename themselves, are approved and rejected; Grafana, the log, the mail server and the disk
/// fail and recover; the daemon is killed between any two steps and started again. At the end everything is well for long enough, and
/// the promises are checked.
/// </summary>
internal sealed partial class History
{
    private readonly Random random;
    private readonly ManualTime time = new(new DateTimeOffset(2026, 11, 21, 6, 0, 0, TimeSpan.Zero));
    private readonly CrashPoint crash = new();
    private readonly SimulatedGrafana grafana;
    private readonly SimulatedDisk disk;
    private readonly StringBuilder story = new();
    private readonly bool withLogOutages;
    private readonly bool withDiskOutages;
    private readonly ISimulatedTable? table;
    private readonly GrafanaRows? rows;
    private readonly bool isBornLocked;
    private readonly List<string> broken = [];
    private SimulatedDaemon? daemon;
    private bool logIsReadable = true;
    private bool mailIsUp = true;
    private bool isHealed;
    private int signUps;

    /// <param name="database">A real PostgreSQL with Grafana's tables, which this history empties; null plays without one.</param>
    /// <param name="isBornLocked">New accounts are locked in it by the triggers.</param>
    public History(int seed, RealDatabase? database = null, bool isBornLocked = false)
    {
        random = new Random(seed);
        grafana = new SimulatedGrafana(crash, time, random) { Disabled = OnDisabled, Deleted = OnDeleted };
        disk = new SimulatedDisk(crash);
        grafana.ClockOffset = TimeSpan.FromHours(random.Next(4) switch { 0 => -26, 1 => 26, _ => 0 });
        this.isBornLocked = isBornLocked;
        rows = grafana.Rows = database?.Rows;
        table = random.Next(2) == 0 ? new SimulatedUserTable(grafana, crash) : null;
        if (database is not null) table = new RealTable(database.Table, database.Rows, grafana, crash);
        grafana.Table = table;
        withLogOutages = random.Next(2) == 0;

        // A full disk, a kill and an approval that no line shows, all at once, leave nothing to know it by: then they are locked again and
        // asked about again (docs/security.md). So a history has log outages or disk outages, not both.
        withDiskOutages = !withLogOutages && random.Next(2) == 0;
        MakeBaseline();
    }

    /// <summary>How often the daemon was killed.</summary>
    public int Kills { get; private set; }

    /// <summary>Requests that were answered to people whom nobody had let in, and requests that were refused.</summary>
    public int Answered { get; private set; }

    public int Refused { get; private set; }

    /// <summary>How many messages the chat has, repetitions not counted.</summary>
    public int Said { get; private set; }

    /// <summary>How many drills passed.</summary>
    public int Passed { get; private set; }

    /// <summary>How many people came, and how many of them were approved.</summary>
    public (int Came, int Approved) Count => (signUps, grafana.Users.Count(u => u is { IsBaseline: false, IsApproved: true }));

    /// <summary>Plays it. Returns the broken promises, with the story that led there; empty when all were kept.</summary>
    public async Task<string> PlayAsync(int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            await HappenAsync();
            time.Advance(TimeSpan.FromMilliseconds(random.Next(5) == 0 ? random.Next(20_000) : random.Next(40)));
            await TickAsync();
            CheckTheBook();
        }

        await HealAsync();
        CheckTheEnd();
        return broken.Count == 0 ? "" : string.Join('\n', broken) + "\n--- story ---\n" + story;
    }

    private void MakeBaseline()
    {
        rows?.Clear();
        grafana.Add("admin", "admin@localhost", isBaseline: true, isAdmin: true, id: 1);
        grafana.Add("athena", "athena@example.org", isBaseline: true, isAdmin: true, id: SimulatedGrafana.SelfId);
        grafana.SetSequenceBack();
        for (var i = 0; i < 8; i++) grafana.Add($"colleague{i}", $"colleague{i}@example.org", isBaseline: true);
        grafana.Users[^1].IsDisabled = true;
        var state = new AutoDisableState
        {
            GrafanaUrl = "http://127.0.0.1:3000",
            BaselineAt = time.GetUtcNow(),
            LastCompleteLook = time.GetUtcNow(),
            Log = new LogPosition("file:grafana.log", "1:1", 0, "", null),
        };
        state.Accounts.AddRange(grafana.Users.Select(u => new Account
        {
            Uid = u.Uid,
            Id = u.Id,
            Status = u.IsDisabled ? AccountStatus.DisabledBefore : AccountStatus.Admitted,
        }));
        disk.TryCompact(state, out _);
        if (isBornLocked) rows?.Install();
        time.Advance(TimeSpan.FromSeconds(30));
    }

    private async Task HappenAsync()
    {
        if (rows is not null) HappenInDatabase(rows);
        switch (random.Next(42))
        {
            case < 5: SignUp(); break;
            case 5: MadeByAdmin(); break;
            case 6 or 7: Act(); break;
            case 8: Rename(); break;
            case < 13: ApproveInGrafana(); break;
            case 13: await CommandAsync("approve"); break;
            case 14: await CommandAsync("reject"); break;
            case 15: DeleteInGrafana(); break;
            case 16: Toggle("Grafana down", grafana.IsDown = random.Next(2) == 0); break;
            case 17: Toggle("signed out", grafana.IsSignedOut = random.Next(3) == 0); break;
            case 18: Toggle("forbidden", grafana.IsForbidden = random.Next(4) == 0); break;
            case 19: Toggle("mail up", mailIsUp = random.Next(3) > 0); break;
            case 20: Toggle("answers get lost", (grafana.Loss = random.Next(3) == 0 ? 0.3 : 0) > 0); break;
            case 21 when withDiskOutages: Toggle("disk full", disk.IsFull = random.Next(3) == 0); break;
            case 22 when withLogOutages: Toggle("log readable", logIsReadable = random.Next(3) > 0); break;
            case 23 when withLogOutages: Toggle("router logging", grafana.RouterLogging = random.Next(3) > 0); break;
            case 24 when withLogOutages: LoseLines(); break;
            case 25 when table is not null: Toggle("database down", table.IsDown = random.Next(3) == 0); break;
            case 31: Toggle("chat down", disk.Chat.IsDown = random.Next(3) > 0); break;
            case 38: Toggle("answers are not understood", grafana.IsStrange = random.Next(3) == 0); break;
            case 39: FoundEnabled(); break;
            case 40: Knock(); break;
            // A line that names an id alone would be read again with an older memory.
            case 41 when !withDiskOutages: SetSequenceBack(); break;
            case > 33: SignOn(); break;
            case 29 or 30: await DrillAsync(); break;
            case < 29: crash.KillAfter(random.Next(60)); break;
        }
    }

    private void SetSequenceBack()
    {
        Tell("ids are given again");
        grafana.SetSequenceBack();
    }

    private void Toggle(string what, bool on) => Tell($"{what}: {on}");

    private void SignUp()
    {
        var number = signUps++;
        var login = random.Next(4) == 0 ? HostileLogins.Any(random) : $"new{number}@example.net";
        if (random.Next(8) == 0) login = DrillLike();
        if (grafana.Users.Exists(u => u.Login == login)) login = $"new{number}@example.net";
        var user = grafana.Add(login, random.Next(5) == 0 ? $"other{number}@example.net" : login);
        Tell($"signs up: {user}");
        grafana.LogSignUp(user);
        if (rows is not null) Ask(user);
    }

    /// <summary>
    /// What somebody may call themselves who has heard of drills: a login of the same shape, or that of a drill that is over.
    /// </summary>
    private string DrillLike() =>
        disk.Load().Drill is { IsOver: true } last && random.Next(2) == 0 && !grafana.Users.Exists(u => u.Login == last.Login)
            ? last.Login
            : string.Create(CultureInfo.InvariantCulture, $"athena-drill-{random.NextInt64():x32}");

    /// <summary>Somebody new comes by single sign-on, or somebody who came that way before; their flag alone keeps them out.</summary>
    private void SignOn()
    {
        var before = grafana.Users.Where(u => u.IsExternal).ToList();
        var user = before.Count > 0 && random.Next(2) == 0 ? before[random.Next(before.Count)] : null;
        grafana.LogRequest(0, "", "GET", "/login/generic_oauth", 302);
        user ??= grafana.Add(
            $"sso{signUps++}", $"sso{signUps}@example.net", isExternal: true, isFromDirectory: rows is not null && random.Next(2) == 0);
        if (user.IsFromDirectory) user.IsDisabled = false; // As Grafana does at each such sign-in.
        if (user.IsDisabled) return;
        user.Sessions = 1;
        Tell($"signs on: {user}");
        Ask(user);
    }

    /// <summary>
    /// Accounts that should be locked are enabled, by an older database or by another Grafana: no log shows it, and nobody has decided it.
    /// </summary>
    private void FoundEnabled()
    {
        var locked = grafana.Users.Where(u =>
            u is { IsDisabled: true, WasLocked: true, IsApproved: false, IsExternal: false, IsDrill: false }).ToList();
        foreach (var user in locked.OrderBy(_ => random.Next()).Take(random.Next(1, 5)))
        {
            Tell($"is enabled by nobody: {user}");
            (user.IsDisabled, user.Sessions, user.WasFound) = (false, 1, true);
        }
    }

    /// <summary>All who came by single sign-on and are not locked sign on at once.</summary>
    private void Knock()
    {
        foreach (var user in grafana.Users.Where(u => u is { IsExternal: true, IsDisabled: false }))
        {
            user.Sessions = 1;
            Ask(user);
        }

        Tell("all knock");
    }

    private void MadeByAdmin()
    {
        var user = grafana.Add($"made{signUps++}", $"made{signUps}@example.net");
        user.Sessions = 0;
        Tell($"made by an admin: {user}");
        grafana.LogRequest(1, "admin", "POST", "/api/admin/users", 200);
    }

    private void Act()
    {
        var inside = grafana.Users.Where(u => u is { IsDisabled: false, Id: > 2, IsDrill: false }).ToList();
        if (inside.Count == 0) return;
        Ask(inside[random.Next(inside.Count)]);
    }

    /// <summary>A request, for which Grafana reads the flag.</summary>
    private void Ask(SimulatedUser user)
    {
        if (rows is not null) user.See(rows.Read(user.Id));
        if (user.IsDisabled)
        {
            Refused++;
            grafana.LogRequest(0, "", "GET", "/api/live/ws", 401);
            return;
        }

        if (user is { IsBaseline: false, WasApproved: false, WasFound: false, IsDrill: false })
        {
            user.Answered++;
            Answered++;
        }

        grafana.LogRequest(user.Id, user.Login, "GET", "/api/live/ws", -1);
    }

    private void Rename()
    {
        // Nobody can sign in as a drill.
        var inside = grafana.Users.Where(u => u is { IsDisabled: false, IsBaseline: false, IsApproved: false, IsDrill: false }).ToList();
        if (inside.Count == 0) return;
        var user = inside[random.Next(inside.Count)];
        user.Login = user.Email = $"renamed{random.Next(1_000_000)}@example.net";
        Tell($"takes another name: {user}");
    }

    /// <summary>
    /// An admin enables somebody about whom they were asked, or, where the log is always readable, anybody whom they see disabled in the
    /// list.
    /// </summary>
    private void ApproveInGrafana()
    {
        var candidates = grafana.Users.Where(u => u is { IsDisabled: true, IsApproved: false, IsRejected: false, IsExternal: false }
            && !(u.IsDrill && !withLogOutages && random.Next(4) > 0) // Nobody thinks of approving it, but somebody may all the same.
            && (!withLogOutages || IsAsked(u.Uid))).ToList();
        if (candidates.Count == 0) return;
        var user = candidates[random.Next(candidates.Count)];
        Tell($"an admin enables {user}");
        user.IsDisabled = false;
        user.IsApproved = !user.IsDrill;

        // A number that somebody else had before says nothing of one whom the daemon has not seen: they are asked about (docs/security.md).
        var byUid = random.Next(2) == 0 || (isBornLocked && Account(user) is null);
        grafana.LogRequest(
            1, "admin", "POST", $"/api/admin/users/{(byUid ? user.Uid : user.Id.ToString(CultureInfo.InvariantCulture))}/enable", 200);
    }

    private void DeleteInGrafana()
    {
        var candidates = grafana.Users.Where(u => u is { WasLocked: true, IsApproved: false }).ToList();
        if (candidates.Count == 0) return;
        var user = candidates[random.Next(candidates.Count)];
        Tell($"an admin deletes {user}");
        grafana.Remove(user);
        grafana.LogRequest(1, "admin", "DELETE", $"/api/admin/users/{user.Id}", 200);
    }

    private void LoseLines()
    {
        for (var i = 0; i < random.Next(4) && grafana.Log.Count - 1 - i >= 0; i++) grafana.Log[grafana.Log.Count - 1 - i] = null;
        Tell("lines of the log are lost");
    }

    private async Task TickAsync()
    {
        try
        {
            if (daemon is null)
            {
                crash.Revive();
                time.Advance(TimeSpan.FromSeconds(5));
                daemon = new SimulatedDaemon(grafana, disk, time, isSlow: () => !isHealed && random.Next(3) == 0);
            }

            await daemon.TickAsync(logIsReadable, mailIsUp);
        }
        catch (CrashException)
        {
            Killed();
        }
    }

    private void Killed()
    {
        Kills++;
        Tell("killed");
        daemon = null;
    }

    private async Task HealAsync()
    {
        Tell("all is well again");
        isHealed = true;
        if (table is not null) table.IsDown = false;
        grafana.IsDown = grafana.IsSignedOut = grafana.IsForbidden = grafana.IsStrange = disk.IsFull = false;
        grafana.Loss = 0;
        grafana.RouterLogging = logIsReadable = mailIsUp = true;
        disk.Chat.IsDown = false;
        crash.Revive();
        for (var i = 0; i < 120; i++)
        {
            time.Advance(TimeSpan.FromSeconds(i < 60 ? 5 : 60));
            await TickAsync();
        }
    }

    private void OnDisabled(SimulatedUser user)
    {
        if (user.IsRejected) return;
        if (user.IsBaseline && user.IsApproved && withLogOutages && Account(user)?.Case?.FoundAt is not null) user.IsApproved = false;
        else if (user.IsBaseline && !(user.IsApproved && user.WasLocked)) Break($"disabled {user}, who is from the baseline");
        // By whom was not to be seen: asked, and nobody answered.
        else if (user.IsApproved && withLogOutages && Account(user)?.Case?.FoundAt is not null) user.IsApproved = false;
        else if (user.IsApproved) Break($"disabled {user} after they were approved");
    }

    private void OnDeleted(SimulatedUser user)
    {
        if (!user.IsDrill) Break($"deleted {user}, who is nobody's drill");
    }

    private void Tell(string sentence) => story.Append(CultureInfo.InvariantCulture, $"{time.GetUtcNow():HH:mm:ss.fff} {sentence}\n");

    private void Break(string promise)
    {
        broken.Add(promise);
        Tell("*** " + promise);
    }
}
