using System.Text;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Line;

namespace Athena.Common.Tests.Grafana.Usage;

/// <summary>Feeds lines to a counter, as the reader of a window does.</summary>
internal static class Counted
{
    public static Activity Lines(IEnumerable<byte[]> lines, ActivityCounterOptions? options = null)
    {
        var counter = new ActivityCounter(options ?? new ActivityCounterOptions());
        foreach (byte[] line in lines)
        {
            LogLine parsed = LogLine.Parse(line);
            if (options?.Window is not { } window || (parsed.Time is { } time && window.Contains(time)))
                counter.Take(parsed);
        }
        return counter.Snapshot();
    }

    public static Activity Text(string lines, ActivityCounterOptions? options = null) =>
        Lines(lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Encoding.UTF8.GetBytes), options);
}
