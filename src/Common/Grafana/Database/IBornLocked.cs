namespace Athena.Common.Grafana.Database;

/// <summary>
/// The triggers with which Grafana's own database refuses new accounts, as the daemon's role sees them. No method throws but for its token:
/// what a database does is expected, whatever it does.
/// </summary>
public interface IBornLocked
{
    /// <summary>Compares what is installed with what should be. Changes nothing.</summary>
    Task<BornLockedStatus> LookAsync(CancellationToken cancel);

    /// <summary>The marks of these accounts; one that was not born locked has none. Null when they could not be read.</summary>
    Task<IReadOnlyList<BornMark>?> MarksAsync(IReadOnlyCollection<long> ids, CancellationToken cancel);

    /// <summary>
    /// All accounts that are held, as (id, uid); null when they could not be read. At most <paramref name="most"/>, those who are not
    /// disabled first.
    /// </summary>
    Task<IReadOnlyList<HeldAccount>?> HeldAsync(int most, CancellationToken cancel);

    /// <summary>Lets these go: an admin has approved them. False when it could not be done.</summary>
    Task<bool> ReleaseAsync(IReadOnlyCollection<long> ids, CancellationToken cancel);
}

/// <summary>What a look at the triggers of born locked came to (docs/born-locked.md).</summary>
/// <param name="Standing">Whether new accounts are refused.</param>
/// <param name="Problems">What is missing or changed, a sentence each; empty unless it is broken or unknown.</param>
/// <param name="Cautions">What works and should not be so, a sentence each.</param>
public sealed record BornLockedStatus(BornLockedStanding Standing, IReadOnlyList<string> Problems, IReadOnlyList<string> Cautions)
{
    /// <summary>True when accounts that SCIM makes are let be.</summary>
    public bool ExceptsProvisioned { get; init; }

    /// <summary>The role to whom the schema belongs, which is whoever installed it; null where there is none.</summary>
    public string? Owner { get; init; }

    /// <summary>True when that role is a superuser.</summary>
    public bool IsOfSuperuser { get; init; }

    /// <summary>No look has been made, or it did not succeed.</summary>
    public static BornLockedStatus Unknown(string why) => new(BornLockedStanding.Unknown, [why], []);
}

/// <summary>Whether Grafana's database refuses new accounts by itself.</summary>
public enum BornLockedStanding
{
    /// <summary>It could not be looked at.</summary>
    Unknown,

    /// <summary>Nothing of it is there.</summary>
    Absent,

    /// <summary>A part is missing, or is not as it was installed.</summary>
    Broken,

    /// <summary>It is there as it was installed.</summary>
    Whole,
}

/// <summary>The mark that an account was disabled as its row was made.</summary>
/// <param name="UserId">Grafana's id of the account.</param>
/// <param name="At">When, by our clock.</param>
public sealed record BornMark(long UserId, DateTimeOffset At);

/// <summary>An account that stays locked until somebody decides about it.</summary>
/// <param name="UserId">Grafana's id of it.</param>
/// <param name="Uid">Its uid; null where the row has none, or is gone.</param>
/// <param name="IsDisabled">Whether it is disabled; null where the row is gone.</param>
/// <param name="Since">Since when it is held, by the database's clock.</param>
/// <param name="IsBorn">It was disabled as its row was made.</param>
public sealed record HeldAccount(long UserId, string? Uid, bool? IsDisabled, DateTimeOffset Since, bool IsBorn);
