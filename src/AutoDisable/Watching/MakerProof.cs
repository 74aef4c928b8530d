using Athena.AutoDisable.Evidence;

namespace Athena.AutoDisable.Watching;

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
