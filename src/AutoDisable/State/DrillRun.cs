using System.Text.Json.Serialization;

namespace Athena.AutoDisable.State;

/// <summary>
/// One drill, from the intent to its end; the last one stays in the state as the answer to "when was this last proved?". Its password
/// is nowhere: it is forgotten with the request that makes the account.
/// </summary>
/// <param name="Login">
/// Login of the throw-away account, 128 random bits that nobody has seen before Grafana has the account. It is the intent: by it the
/// account is found again after a crash.
/// </param>
/// <param name="BegunAt">When the intent was written down, before the account was made.</param>
/// <param name="By">Who asked for it: a system user, or <c>DRILL_EVERY</c>.</param>
/// <param name="WithMail">Whether the mail to <c>DRILL_TO</c> is part of it.</param>
internal sealed record DrillRun(string Login, DateTimeOffset BegunAt, string By, bool WithMail)
{
    /// <summary>Id of the account, as Grafana answered; null while that is not known.</summary>
    public long? Id { get; init; }

    public string? Uid { get; init; }

    /// <summary>When Grafana answered that the account is made: from here the time to the lock is counted. Null while it has not.</summary>
    public DateTimeOffset? MadeAt { get; init; }

    /// <summary>When Grafana answered that the account is disabled, once it was read back as such; null until then.</summary>
    public DateTimeOffset? LockedAt { get; init; }

    /// <summary>Grafana's database disabled the account as it was made: it was never open.</summary>
    public bool WasBornLocked { get; init; }

    /// <summary>When the mail server accepted the mail for the last recipient; null until then.</summary>
    public DateTimeOffset? MailAcceptedAt { get; init; }

    /// <summary>When the account was known to be gone; null until then.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>When nothing was left to do; null while it runs.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why the account was not made or not locked, as a sentence; null when it was, or is still waited for.</summary>
    public string? LockProblem { get; init; }

    /// <summary>Why the mail was not accepted, as a sentence.</summary>
    public string? MailProblem { get; init; }

    /// <summary>Why the account was not deleted in good time, as a sentence.</summary>
    public string? DeleteProblem { get; init; }

    /// <summary>The daemon ended before the account was locked: the drill says nothing about the gate, and only cleans up.</summary>
    public bool IsInterrupted { get; init; }

    /// <summary>RFC 2606 keeps <c>.invalid</c> free for ever: nobody has a mailbox there.</summary>
    [JsonIgnore]
    public string Email => Login + "@drill.invalid";

    /// <summary>The mail's key: the same at each attempt and after each restart.</summary>
    [JsonIgnore]
    public string MailKey => FormattableString.Invariant($"drill/{BegunAt.ToUnixTimeMilliseconds()}");

    /// <summary>The first thing that went wrong; null while nothing did.</summary>
    [JsonIgnore]
    public string? Problem => LockProblem ?? MailProblem ?? DeleteProblem;

    [JsonIgnore]
    public bool IsOver => EndedAt is not null;

    [JsonIgnore]
    public bool IsPassed => IsOver && Problem is null && !IsInterrupted;

    /// <summary>
    /// From Grafana's answer that the account is made to its answer that it is disabled; null when one of the two is missing.
    /// </summary>
    [JsonIgnore]
    public TimeSpan? TimeToLock => LockedAt - MadeAt;
}
