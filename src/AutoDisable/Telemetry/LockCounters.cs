using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.Telemetry.Metrics;

namespace Athena.AutoDisable.Telemetry;

/// <summary>
/// What happens at the gate, as numbers: each is taken down where the journal and the audit hear of it. Nobody's name is among them.
/// </summary>
internal sealed class LockCounters
{
    private const string Rejected = "rejected";

    private readonly MetricBook book;
    private readonly TimeProvider time;

    public LockCounters(MetricBook book, TimeProvider time)
    {
        (this.book, this.time) = (book, time);
        book.Begin(
            MetricTable.BornLocked, MetricTable.TimeToLock, MetricTable.AnsweredStrangers, MetricTable.TimeToDecide, MetricTable.LogGap);
        foreach (var kind in Enum.GetValues<ArrivalKind>()) book.Add(MetricTable.SignUps, 0, MetricWord.Of(kind));
        foreach (var decision in (string[])[Approved(seen: true), Approved(seen: false), Rejected])
            book.Add(MetricTable.Decisions, 0, decision);
    }

    /// <summary>Cases were opened. Whoever was known and is only to be locked again is no new account.</summary>
    public void Intended(IEnumerable<Account> accounts)
    {
        foreach (var account in accounts)
            if (account.Case is { IsDrill: false, Rejection: null, FoundAt: null } open)
                book.Add(MetricTable.SignUps, 1, MetricWord.Of(open.Arrival.Kind));
    }

    /// <summary>A case has come to its lock. A time that nobody wrote down is in no bucket.</summary>
    public void Locked(LockCase open)
    {
        if (open.IsDrill) return;
        if (open.WasFoundDisabled) book.Add(MetricTable.BornLocked, 1);
        else if (open is { LockedAt: { } at, IsLockTimeLatest: false })
            book.Observe(MetricTable.TimeToLock, (at - open.CountedFrom(at)).TotalSeconds);
    }

    /// <summary>It is known what somebody did inside.</summary>
    public void Exposed(LockCase open)
    {
        if (open is { IsDrill: false, Exposure: { } exposure })
            book.Add(MetricTable.AnsweredStrangers, Math.Max(0, exposure.Requests - exposure.Refused));
    }

    /// <param name="isSeen">It is known who let it in.</param>
    public void LetIn(Account account, bool isSeen) => Decided(account, Approved(isSeen));

    public void KeptOut(Account account) => Decided(account, Rejected);

    /// <summary>A part of the log was not seen; one without a beginning has no length.</summary>
    public void Gap(LogContinuity gap)
    {
        if (gap.From is { } from && (gap.To ?? time.GetUtcNow()) is var to && to > from)
            book.Add(MetricTable.LogGap, (to - from).TotalSeconds);
    }

    private static string Approved(bool seen) => seen ? "approved" : "approved-unseen";

    private void Decided(Account account, string decision)
    {
        if (account.Case is { IsDrill: true }) return;
        book.Add(MetricTable.Decisions, 1, decision);
        if (account is { Decision.At: var at, Case.LockedAt: { } locked } && at >= locked)
            book.Observe(MetricTable.TimeToDecide, (at - locked).TotalSeconds);
    }
}
