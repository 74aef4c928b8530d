namespace Athena.AutoDisable.Enforcement;

/// <summary>
/// Deals out what is due in portions that strangers cannot make longer, each thing once a round: whoever is at the front of it again and
/// again does not keep the others waiting.
/// </summary>
internal sealed class Portions<T>
    where T : class
{
    /// <summary>As many as go out to Grafana in parallel: a portion takes as long as what has to be asked of one account.</summary>
    public const int Size = 8;

    /// <summary>Those of this round who are still to come.</summary>
    private readonly Queue<T> round = [];

    /// <summary>
    /// The next portion, and whether the round goes on after it. All are looked through once a round and not once a portion: with tens of
    /// thousands that would take longer than the work itself.
    /// </summary>
    public (IReadOnlyList<T> Portion, bool IsUnfinished) Next(IEnumerable<T> all, Func<T, bool> isDue)
    {
        if (round.Count == 0)
            foreach (var one in all.Where(isDue)) round.Enqueue(one);
        var portion = new List<T>(Size);
        while (portion.Count < Size && round.TryDequeue(out var next))
            if (isDue(next)) portion.Add(next); // What has become of it meanwhile counts.
        return (portion, round.Count > 0);
    }
}

/// <summary>What one slice of work that can wait has come to.</summary>
[Flags]
internal enum Progress
{
    None = 0,

    /// <summary>Something is to be written down; the caller commits.</summary>
    Changed = 1,

    /// <summary>More of the same is due at once: there were more than one slice takes.</summary>
    Unfinished = 2,
}
