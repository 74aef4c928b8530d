using System.Globalization;
using System.Text.RegularExpressions;

namespace Athena.Sandbox.Loki;

/// <summary>As much of LogQL as is asked here: a selector and line filters, and how many lines they find.</summary>
internal sealed partial class LokiQuery
{
    /// <summary>Whose lines are kept where nobody names a tenant.</summary>
    public const string OneTenant = "fake";

    private readonly List<Func<LokiLine, bool>> conditions = [];

    public bool Takes(LokiLine line) => conditions.TrueForAll(condition => condition(line));

    /// <exception cref="LokiRefusal">As a Loki refuses what it does not understand (recorded).</exception>
    public static LokiQuery Parse(string text)
    {
        var query = new LokiQuery();
        if (!Whole().IsMatch(text))
            throw new LokiRefusal(
                400, $"parse error at line 1, col {text.Length + 1}: syntax error: unexpected $end, expecting STRING");
        var selector = Selector().Match(text);
        foreach (Match matcher in Matcher().Matches(selector.Value))
            query.conditions.Add(Condition(matcher.Groups[1].Value, matcher.Groups[2].Value, Unquoted(matcher.Groups[3].Value)));
        if (query.conditions.Count == 0)
            throw new LokiRefusal(
                400,
                "parse error : queries require at least one regexp or equality matcher that does not have an empty-compatible value. For "
                + "instance, app=~\".*\" does not meet this requirement, but app=~\".+\" will");
        foreach (Match filter in Filter().Matches(text[selector.Length..]))
        {
            var (words, wanted) = (Unquoted(filter.Groups[2].Value), filter.Groups[1].Value == "|=");
            query.conditions.Add(line => line.Line.Contains(words, StringComparison.Ordinal) == wanted);
        }

        return query;
    }

    /// <summary><c>sum by (host) (count_over_time({unit="x"}[900s]))</c>.</summary>
    public static (LokiQuery Query, string[] By, TimeSpan Span) ParseCount(string text)
    {
        var found = Counting().Match(text);
        if (!found.Success) throw new LokiRefusal(400, "parse error at line 1, col 1: syntax error: unexpected IDENTIFIER");
        return (
            Parse(found.Groups[2].Value.Trim()),
            found.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries),
            TimeSpan.FromSeconds(int.Parse(found.Groups[3].Value, CultureInfo.InvariantCulture)));
    }

    public static long Nanoseconds(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks * 100;

    public static long Nanoseconds(TimeSpan span) => span.Ticks * 100;

    private static Func<LokiLine, bool> Condition(string label, string sign, string value)
    {
        var pattern = new Regex($"^(?:{value})$", RegexOptions.None, TimeSpan.FromSeconds(1));
        return line => line.Labels.GetValueOrDefault(label, "") is var has && sign switch
        {
            "=" => has == value,
            "!=" => has != value,
            "=~" => pattern.IsMatch(has),
            _ => !pattern.IsMatch(has),
        };
    }

    private static string Unquoted(string text) => text[0] == '`' ? text[1..^1] : Regex.Unescape(text[1..^1]);

    [GeneratedRegex("""^\{[^{}]*\}(\s*(\|=|!=)\s*("[^"]*"|`[^`]*`))*\s*$""")]
    private static partial Regex Whole();

    [GeneratedRegex("""^\{[^{}]*\}""")]
    private static partial Regex Selector();

    [GeneratedRegex("""(\w+)\s*(=~|!~|!=|=)\s*("[^"]*"|`[^`]*`)""")]
    private static partial Regex Matcher();

    [GeneratedRegex("""(\|=|!=)\s*("[^"]*"|`[^`]*`)""")]
    private static partial Regex Filter();

    [GeneratedRegex("""^sum by \(([^)]*)\) \(count_over_time\((.*)\[(\d+)s\]\)\)$""")]
    private static partial Regex Counting();
}
