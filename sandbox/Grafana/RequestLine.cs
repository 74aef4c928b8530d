using System.Text;
using Athena.Sandbox.GrafanaLog;

namespace Athena.Sandbox.Grafana;

/// <summary>The line "Request Completed" (docs/grafana.md §1); pure.</summary>
internal static class RequestLine
{
    public static LogEntry Of(
        Call call, Route route, Answer answer, DateTimeOffset at, TimeSpan elapsed, IReadOnlyList<KeyValuePair<string, object>> caller)
    {
        // Kestrel hands the header over byte for byte (Latin-1); Grafana reads it as UTF-8.
        var (referer, understood) = Referer.Clean(Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(call.Headers.Referer.ToString())));
        var fields = new List<(string, object)>
        {
            ("method", call.Method),
            ("path", call.Path),
            ("status", answer.Status),
            ("remote_addr", call.RemoteAddress),
            ("time_ms", (long)elapsed.TotalMilliseconds),
            ("duration", LineWriter.Duration(elapsed)),
            ("size", answer.Body.Length),
            ("referer", referer),
        };
        if (!understood) fields.Add(("refererParsingErr", Referer.Refused));
        fields.Add(("handler", route.Handler));
        fields.Add(("status_source", "server"));
        foreach (var (key, value) in answer.LogFields) fields.Add((key, value));
        var level = answer.Status >= 500 ? "error" : understood ? "info" : "warn";
        return new LogEntry("context", at, level, "Request Completed", caller, LogEntry.Pairs([.. fields]));
    }
}
