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

/// <summary>
/// Whether the log proves which admin made an account. The line of an admin's request names the admin and not the account, so nearness
/// alone is no proof: somebody else may have come in the same second. It is one where nobody else came within seconds, each account of
/// these seconds has its line, all of them are of one admin, and no line tells of anybody who came otherwise. Pure.
/// </summary>
internal static class MakerProof
{
    /// <summary>
    /// What is further apart than this has nothing to do with each other: a request is answered long before, and clocks differ by less.
    /// </summary>
    public static readonly TimeSpan Apart = TimeSpan.FromSeconds(3);

    /// <summary>The line is written when the account is made, give or take the clocks of two machines.</summary>
    private static readonly TimeSpan Near = TimeSpan.FromSeconds(2);

    /// <param name="one">The account in question.</param>
    /// <param name="newcomers">All accounts that were met of late, it among them.</param>
    /// <param name="lines">What the log told of late.</param>
    /// <returns>The line of the request that made it; null where that is not proved. Which of several lines of the same admin is not known
    /// either.</returns>
    public static AccountMade? Of(Newcomer one, IReadOnlyCollection<Newcomer> newcomers, IEnumerable<LogEvent> lines)
    {
        if (one.IsExternal) return null;
        List<LogEvent> signs = [.. lines.Where(line => line is AccountMade or SignedIn or DeletedByAdmin)];
        if (signs.Exists(line => line.At is null)) return null;
        var (from, to) = Span(one, newcomers, signs);
        var accounts = newcomers.Count(newcomer => !newcomer.IsExternal && IsWithin(newcomer.From, newcomer.To, from, to));
        var told = signs.FindAll(line => IsWithin(line.At!.Value, line.At.Value, from, to));
        if (told.Exists(line => line is not AccountMade { Kind: ArrivalKind.MadeByAdmin, ActorId: > 0 })) return null;
        var made = told.ConvertAll(line => (AccountMade)line);
        if (made.Count < accounts || made.Select(line => line.ActorId).Distinct().Count() != 1) return null;
        return made.Where(line => IsWithin(line.At!.Value, line.At.Value, one.From - Near, one.To + Near))
            .MinBy(line => (line.At!.Value - one.From).Duration());
    }

    /// <summary>
    /// From the account on in both directions, until nothing was made and nothing told for longer than <see cref="Apart"/>.
    /// </summary>
    private static (DateTimeOffset From, DateTimeOffset To) Span(
        Newcomer one, IReadOnlyCollection<Newcomer> newcomers, List<LogEvent> signs)
    {
        List<(DateTimeOffset From, DateTimeOffset To)> all =
        [
            .. newcomers.Where(newcomer => !newcomer.IsExternal).Select(newcomer => (newcomer.From, newcomer.To)),
            .. signs.Select(line => (line.At!.Value, line.At.Value)),
        ];
        var (from, to) = (one.From, one.To);
        while (true)
        {
            var near = all.FindAll(thing => IsWithin(thing.From, thing.To, from - Apart, to + Apart));
            var (widerFrom, widerTo) =
                (near.Select(thing => thing.From).Append(from).Min(), near.Select(thing => thing.To).Append(to).Max());
            if (widerFrom == from && widerTo == to) return (from, to);
            (from, to) = (widerFrom, widerTo);
        }
    }

    private static bool IsWithin(DateTimeOffset from, DateTimeOffset to, DateTimeOffset begin, DateTimeOffset end) =>
        to >= begin && from <= end;
}

/// <summary>An account that was met for the first time, and when it was made.</summary>
/// <param name="Id">Grafana's number of it.</param>
/// <param name="From">It was not made before.</param>
/// <param name="To">Nor after.</param>
/// <param name="IsExternal">It came from outside Grafana, so that no admin made it.</param>
internal readonly record struct Newcomer(long Id, DateTimeOffset From, DateTimeOffset To, bool IsExternal);
