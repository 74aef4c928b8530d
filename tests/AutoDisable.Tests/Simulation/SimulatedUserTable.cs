using Athena.Common.Grafana.Database;

namespace Athena.AutoDisable.Tests.Simulation;

/// <summary>Grafana's database, beside its API: the flag that keeps external accounts out.</summary>
internal sealed class SimulatedUserTable(SimulatedGrafana grafana, CrashPoint crash) : ISimulatedTable
{
    public bool IsDown { get; set; }

    /// <summary>Says nothing until whoever asks gives up.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Somebody else holds the row.</summary>
    public bool IsBusy { get; set; }

    /// <summary>How often it was asked.</summary>
    public int Asked { get; private set; }

    public Task<UserTableFitness> CheckAsync(CancellationToken cancel) => throw new NotSupportedException();

    public Task<UserTableAnswer> ReadAsync(long id, string? uid, CancellationToken cancel) => throw new NotSupportedException();

    public Task<UserTableAnswer> DisableAsync(long id, string? uid, CancellationToken cancel) =>
        IsSilent && cancel.CanBeCanceled ? GiveUp() : Set(id, uid, user =>
        {
            grafana.Disabled(user);
            user.IsDisabled = true;
            user.WasLocked = true;
            user.Sessions = 0;
        });

    public Task<UserTableAnswer> EnableAsync(long id, string? uid, CancellationToken cancel) =>
        Set(id, uid, user => user.IsDisabled = false);

    private Task<UserTableAnswer> GiveUp()
    {
        Asked++;
        return Task.FromCanceled<UserTableAnswer>(new CancellationToken(canceled: true));
    }

    private Task<UserTableAnswer> Set(long id, string? uid, Action<SimulatedUser> effect)
    {
        Asked++;
        crash.Pass();
        if (IsDown) return Task.FromResult(new UserTableAnswer(UserTableOutcome.Unavailable, null, "connection refused"));
        if (IsBusy) return Task.FromResult(new UserTableAnswer(UserTableOutcome.Busy, null, "canceling statement due to lock timeout"));
        if (grafana.Users.Find(u => u.Id == id && u.Uid == uid) is not { } user)
            return Task.FromResult(new UserTableAnswer(UserTableOutcome.Gone, null, "no such account"));
        effect(user);
        crash.Pass();
        return Task.FromResult(new UserTableAnswer(UserTableOutcome.Done, new LockState(user.IsDisabled, user.Sessions), "done"));
    }
}
