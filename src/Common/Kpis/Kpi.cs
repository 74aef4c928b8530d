using System.Globalization;
using System.Text.Json.Serialization;

namespace Athena.Common.Kpis;

/// <summary>
/// One of the numbers by which the platform is measured, of a span of time: held against its target, with how much of the span is known
/// and how it was made. What is not known is never taken for well.
/// </summary>
/// <param name="Key">For programs; never changed.</param>
/// <param name="Target">In words.</param>
public sealed record Kpi(string Key, string Name, string Target)
{
    /// <summary>
    /// At least so much where all that is not known was bad; null where nothing is known. A percentage is cut to two places, never rounded
    /// up.
    /// </summary>
    public double? Value { get; init; }

    /// <summary>At most so much where all that is not known was well; null where that is the same.</summary>
    public double? AtMost { get; init; }

    /// <summary><c>%</c>, <c>s</c>, or empty for a count.</summary>
    public string Unit { get; init; } = "";

    /// <summary>Null where it depends on what is not known.</summary>
    public bool? IsMet { get; init; }

    /// <summary>
    /// Of how much of the span anything can be known, where that is too little to hold it against its target; null where it is enough.
    /// </summary>
    public string? TooEarly { get; init; }

    /// <summary>So many of <see cref="Of"/> are known.</summary>
    public long Known { get; init; }

    /// <summary>So many there are in the span.</summary>
    public long Of { get; init; }

    /// <summary>What <see cref="Of"/> counts: <c>minutes</c>, <c>accounts</c>.</summary>
    public string Counted { get; init; } = "minutes";

    /// <summary>A sentence or two: what it was made of, or what would make it known.</summary>
    public string How { get; init; } = "";

    /// <summary>Its parts, as the times of single dashboards; the names may be hostile text.</summary>
    public IReadOnlyList<KpiPartRow> Parts { get; init; } = [];

    /// <summary>A share that is to be large.</summary>
    /// <param name="good">Of <paramref name="all"/>.</param>
    /// <param name="all">What was counted in the part that is known; 0: nothing is known of it.</param>
    /// <param name="target">Percent.</param>
    public Kpi Share(double good, double all, long known, long of, double target)
    {
        if (all <= 0 || known <= 0 || of <= 0) return this with { Known = Math.Max(0, known), Of = of };
        var seen = Math.Min(1, (double)known / of);
        var (least, most) = (100 * good / all * seen, (100 * good / all * seen) + (100 * (1 - seen)));
        return this with
        {
            Value = Cut(least),
            AtMost = known < of ? Cut(most) : null,
            Unit = "%",
            IsMet = least >= target ? true : most < target ? false : null,
            Known = known,
            Of = of,
        };
    }

    /// <summary>A number of what should not be there at all.</summary>
    public Kpi None(long found, long known, long of) => this with
    {
        Value = known > 0 || of == 0 || found > 0 ? found : null,
        IsMet = found > 0 ? false : known >= of ? true : null,
        Known = known,
        Of = of,
    };

    /// <summary>The number as people read it.</summary>
    public string ValueWords() => (Value, Unit) switch
    {
        (null, _) => "not known",
        ({ } value, "%") => Invariant($"{(AtMost > value ? "at least " : "")}{value:0.##} %"),
        ({ } value, "s") => Invariant($"{value:0.00} s"),
        (0, _) when Known < Of => "none in what is known",
        ({ } value, _) => Invariant($"{value:0}"),
    };

    /// <summary><c>43,100 of 43,200 minutes known</c>.</summary>
    public string KnownWords() => TooEarly ?? Invariant($"{Known:N0} of {Of:N0} {Counted} known");

    /// <summary>Whether it is as it should be, in a word.</summary>
    [JsonIgnore]
    public string Verdict => (IsMet, TooEarly) switch
    {
        (true, _) => "met",
        (false, _) => "NOT MET",
        (null, null) => "not known",
        (null, not null) => "too early to tell",
    };

    private static double Cut(double percent) => Math.Floor((percent * 100) + 1e-6) / 100;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <param name="Name">May be hostile text.</param>
/// <param name="Value">In words.</param>
public sealed record KpiPartRow(string Name, string Value);
