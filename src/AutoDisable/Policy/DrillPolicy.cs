using Athena.AutoDisable.State;
using Athena.Common.Grafana.Api;

namespace Athena.AutoDisable.Policy;

/// <summary>The rules of a drill: whose account it may touch, how long it waits, when the next one is due. Pure.</summary>
internal static class DrillPolicy
{
    /// <summary>
    /// Longer than a look at the list after <c>POLL_INTERVAL</c> at its default; an account that is inside for longer is a failure.
    /// </summary>
    public static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(60);

    /// <summary>A mail server may defer a mail once or twice without anything being wrong.</summary>
    public static readonly TimeSpan MailPatience = TimeSpan.FromMinutes(5);

    /// <summary>From when on it is said that the account could not be deleted.</summary>
    public static readonly TimeSpan DeletePatience = TimeSpan.FromSeconds(60);

    /// <summary>A request whose answer was lost may take effect until then; an account that is not there before proves nothing.</summary>
    public static readonly TimeSpan MakingSettles = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan[] Pauses =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5)];

    /// <summary>
    /// Whether this is the account of the drill that runs, and so one that may be deleted and of which no admin need hear. Everything must
    /// fit: a login that only looks like a drill's (<c>athena-drill-…</c>) is nothing, its owner is locked and told of as everybody else.
    /// When it was made says nothing: the clocks do not agree, and nobody had the 128 random bits of its login before they were written
    /// down.
    /// </summary>
    public static bool IsItsAccount(DrillRun? run, GrafanaUser user) =>
        run is { DeletedAt: null, EndedAt: null }
        && string.Equals(user.Login, run.Login, StringComparison.Ordinal)
        && string.Equals(user.Email, run.Email, StringComparison.Ordinal)
        && (run.Id is null || run.Id == user.Id)
        && (run.Uid is null || user.Uid is null || run.Uid == user.Uid)
        && user is { IsAdmin: false, IsExternal: false };

    /// <summary>Whether the account is to go now: it has served, or never will.</summary>
    /// <remarks>
    /// At once after the lock, while the mail is still on its way: how long an account lives that nobody needs must not hang on a mail
    /// server.
    /// </remarks>
    public static bool IsToBeDeleted(DrillRun run) =>
        run is { DeletedAt: null } && (run.LockedAt is not null || run.LockProblem is not null || run.IsInterrupted);

    /// <summary>Whether the mail is owed and its fate not known.</summary>
    public static bool IsMailAwaited(DrillRun run) =>
        run is { WithMail: true, LockedAt: not null, LockProblem: null, MailAcceptedAt: null, MailProblem: null };

    /// <summary>Whether nothing is left to do.</summary>
    public static bool IsDone(DrillRun run) => run.DeletedAt is not null && !IsMailAwaited(run);

    /// <summary>How long to wait before the deletion is tried again after so many failures.</summary>
    public static TimeSpan Pause(int failures) => Pauses[Math.Clamp(failures - 1, 0, Pauses.Length - 1)];

    /// <summary>Whether the next drill by itself is due: so long after the last one, or after the baseline when there was none.</summary>
    public static bool IsDue(DrillRun? last, DateTimeOffset baselineAt, TimeSpan every, DateTimeOffset now) =>
        last is not { EndedAt: null } && now - (last?.BegunAt ?? baselineAt) >= every;
}
