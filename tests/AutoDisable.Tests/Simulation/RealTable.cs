using Athena.Common.Grafana.Database;

namespace Athena.AutoDisable.Tests.Simulation;

/// <summary>
/// The daemon's own way into a real PostgreSQL, with its role's rights, on which it can be killed before and after each question.
/// </summary>
internal sealed class RealTable(GrafanaUserTable real, GrafanaRows rows, SimulatedGrafana grafana, CrashPoint crash)
    : ISimulatedTable, IBornLocked
{
    private const string Refused = "connection refused";

    public bool IsDown { get; set; }

    public Task<UserTableFitness> CheckAsync(CancellationToken cancel) => real.CheckAsync(cancel);

    public Task<UserTableAnswer> ReadAsync(long id, string? uid, CancellationToken cancel) => real.ReadAsync(id, uid, cancel);

    public async Task<UserTableAnswer> DisableAsync(long id, string? uid, CancellationToken cancel)
    {
        if (!IsDown && Find(id, uid) is { } user) grafana.Disabled(user);
        var answer = await SetAsync(id, () => real.DisableAsync(id, uid, cancel));
        if (answer.IsSo && Find(id, uid) is { } locked) (locked.WasLocked, locked.Sessions) = (true, 0);
        crash.Pass();
        return answer;
    }

    public async Task<UserTableAnswer> EnableAsync(long id, string? uid, CancellationToken cancel)
    {
        var answer = await SetAsync(id, () => real.EnableAsync(id, uid, cancel));
        crash.Pass();
        return answer;
    }

    public Task<BornLockedStatus> LookAsync(CancellationToken cancel) =>
        AskAsync(() => real.LookAsync(cancel), BornLockedStatus.Unknown(Refused));

    public Task<IReadOnlyList<BornMark>?> MarksAsync(IReadOnlyCollection<long> ids, CancellationToken cancel) =>
        AskAsync(() => real.MarksAsync(ids, cancel), null);

    public Task<IReadOnlyList<HeldAccount>?> HeldAsync(int most, CancellationToken cancel) =>
        AskAsync(() => real.HeldAsync(most, cancel), null);

    public Task<bool> ReleaseAsync(IReadOnlyCollection<long> ids, CancellationToken cancel) =>
        AskAsync(() => real.ReleaseAsync(ids, cancel), false);

    private SimulatedUser? Find(long id, string? uid) => grafana.Users.Find(user => user.Id == id && user.Uid == uid);

    private async Task<UserTableAnswer> SetAsync(long id, Func<Task<UserTableAnswer>> set)
    {
        var answer = await AskAsync(set, new UserTableAnswer(UserTableOutcome.Unavailable, null, Refused));
        grafana.Users.Find(user => user.Id == id)?.See(rows.Read(id));
        return answer;
    }

    private async Task<T> AskAsync<T>(Func<Task<T>> ask, T down)
    {
        crash.Pass();
        return IsDown ? down : await ask();
    }
}
