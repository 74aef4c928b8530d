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

    private readonly HashSet<T> taken = [];

    /// <summary>The next portion of <paramref name="due"/>, and whether the round goes on after it.</summary>
    public (IReadOnlyList<T> Portion, bool IsUnfinished) Next(IEnumerable<T> due)
    {
        var portion = due.Where(taken.Add).Take(Size).ToList();
        var isUnfinished = portion.Count == Size;
        if (!isUnfinished) taken.Clear();
        return (portion, isUnfinished);
    }
}
