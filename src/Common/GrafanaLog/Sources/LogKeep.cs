namespace Athena.Common.GrafanaLog.Sources;

/// <summary>How long a log is kept, beside how long it is to be.</summary>
/// <param name="What">A phrase for people, behind the log's name.</param>
/// <param name="Remedy">The lines to write, where it is not kept for long enough; null where it is, as far as is known.</param>
/// <param name="Enough">For how long it is surely kept, where that is known and too short.</param>
public sealed record LogKeep(string What, string? Remedy = null, TimeSpan? Enough = null)
{
    /// <summary>Where nothing says how long it is kept, the oldest line does.</summary>
    internal static LogKeep ByOldest(TimeSpan wanted, TimeSpan? oldest, string why, string remedy) =>
        oldest >= wanted ? new(Oldest(oldest)) : new($"{why}; {Oldest(oldest)}", remedy);

    /// <summary>The oldest line that is there, a phrase.</summary>
    internal static string Oldest(TimeSpan? age) =>
        age is { } span ? $"its oldest line is {LogCheck.Spoken(span)} old" : "no line of it can be read";

    /// <summary>Whole days that are no shorter.</summary>
    internal static int Days(TimeSpan span) => (int)Math.Ceiling(span.TotalDays);
}
