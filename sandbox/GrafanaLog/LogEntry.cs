namespace Athena.Sandbox.GrafanaLog;

/// <summary>
/// One line of Grafana's log before it is formatted. Values are strings, or <see cref="long"/>/<see cref="int"/> where the JSON form
/// has numbers.
/// </summary>
/// <param name="Context">what the logger was made with; in the text form these keys come before <c>t</c> (docs/grafana.md §1)</param>
internal sealed record LogEntry(
    string Logger,
    DateTimeOffset At,
    string Level,
    string Message,
    IReadOnlyList<KeyValuePair<string, object>> Context,
    IReadOnlyList<KeyValuePair<string, object>> Fields)
{
    public static LogEntry Of(string logger, DateTimeOffset at, string level, string message, params (string Key, object Value)[] fields) =>
        new(logger, at, level, message, [], Pairs(fields));

    public static KeyValuePair<string, object>[] Pairs(params (string Key, object Value)[] pairs) =>
        [.. pairs.Select(p => KeyValuePair.Create(p.Key, p.Value))];
}
