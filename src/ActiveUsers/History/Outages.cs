using Athena.Common.Grafana.Usage;

namespace Athena.ActiveUsers.History;

/// <summary>
/// When Grafana was not there, by the log of one window after the other. What one window lacks, the one before may have had: when
/// Grafana was stopped, or its last line. Part of the state.
/// </summary>
internal sealed record Outages
{
    /// <summary>The last line of a Grafana at work, in all windows that were read.</summary>
    public DateTimeOffset? LastLine { get; set; }

    /// <summary>Since when it is not there, while it has not begun anew.</summary>
    public DateTimeOffset? DownSince { get; set; }

    /// <summary>With what a window shows.</summary>
    /// <returns>What is known after it, and what ended in it; null where nothing did.</returns>
    public (Outages After, IReadOnlyList<DownSpan>? Ended) Read(Activity activity)
    {
        var starts = activity.Starts;
        List<DownSpan> ended = [];
        for (var i = 0; i < starts.Count; i++)
        {
            var since = i == 0 ? DownSince ?? starts[i].Since ?? LastLine : starts[i].Since;
            if (since is { } from && from < starts[i].At) ended.Add(new DownSpan(from, starts[i].At));
        }

        // Who answers is there, whatever its log has not said.
        var isBack = starts.Count > 0 || activity.Pages.Requests > 0;
        return (
            new Outages
            {
                LastLine = activity.LastLine ?? LastLine,
                DownSince = activity.DownSince ?? (isBack ? null : DownSince),
            },
            ended.Count > 0 ? ended : null);
    }
}
