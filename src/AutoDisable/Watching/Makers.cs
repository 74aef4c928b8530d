using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.Policy;
using Athena.AutoDisable.State;

namespace Athena.AutoDisable.Watching;

/// <summary>Asks <see cref="MakerProof"/>, where all of the log of that time was read; else nothing is proved.</summary>
internal sealed class Makers(AutoDisableMemory memory, ArrivalEvidence evidence, LogCoverage sight, LogClock clock)
{
    /// <summary>So long before the account the log must have been followed.</summary>
    private static readonly TimeSpan Before = TimeSpan.FromMinutes(1);

    /// <summary>Grafana's times are of any zone: so far off an account's age can be, and no further (docs/grafana.md §5).</summary>
    private static readonly TimeSpan QuarterHour = TimeSpan.FromMinutes(15);

    /// <summary>An account is met within this time, or when it was made is not known.</summary>
    private static readonly TimeSpan MetWithin = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Set where it hangs on a list that is newer than the account: whoever else came has been met by then. For whoever asks for lists to
    /// take back.
    /// </summary>
    public bool IsLookWanted { get; set; }

    /// <param name="account">Whom somebody made.</param>
    /// <param name="trace">How far the log has been read.</param>
    /// <returns>The line, null where nothing is proved; and whether the log is still to be read to its end.</returns>
    public (AccountMade? Line, bool IsAwaited) Of(Account account, ExposureTrace trace)
    {
        if (evidence.Newcomers.FirstOrDefault(met => met.Id == account.Id) is not { } met || When(met) is not { } one) return (null, false);
        var since = one.From - Before;
        if (trace.LogFrom > since || evidence.KeptSince > since || sight.HadGapSince(since) || sight.WasUnreadableSince(since))
            return (null, false);
        if (!(trace.LastPlainAnswer > one.To + MakerProof.Apart)) return (null, true);
        if (!(memory.LastCompleteLook > one.To + MakerProof.Apart))
        {
            IsLookWanted = true;
            return (null, true);
        }

        List<Newcomer> all =
        [
            .. evidence.Newcomers.Select(other =>
                When(other) ?? new Newcomer(other.Id, other.SeenAt - Before, other.SeenAt, other.IsExternal)),
        ];
        var line = MakerProof.Of(one, all, evidence.Recent.Select(entry => entry with { At = clock.Ours(entry.At) }));
        return (line, false);
    }

    /// <summary>
    /// By the database's mark, else by the second that Grafana's record names, in whatever zone; null when neither tells.
    /// </summary>
    private Newcomer? When(MetAccount met)
    {
        if (memory.Book.FindById(met.Id)?.Case?.BornLockedAt is { } born) return new Newcomer(met.Id, born, born, met.IsExternal);
        if (met.Created is not { } created) return null;
        var off = met.SeenAt + clock.Ahead - created;
        if (off.Duration() > AdmissionPolicy.ClockSlack + QuarterHour) return null;
        var from = created + (QuarterHour * Math.Round(off / QuarterHour)) - clock.Ahead;
        return (met.SeenAt - from).Duration() > MetWithin
            ? null
            : new Newcomer(met.Id, from, from + TimeSpan.FromSeconds(1), met.IsExternal);
    }
}
