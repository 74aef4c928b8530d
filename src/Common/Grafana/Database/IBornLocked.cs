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
