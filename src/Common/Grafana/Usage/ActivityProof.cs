namespace Athena.Common.Grafana.Usage;

/// <summary>What proves that a user was at work, weakest first (docs/grafana.md §4).</summary>
public enum ActivityProof
{
    /// <summary>Nothing but what a page does by itself: token rotation, the live channel, front-end metrics.</summary>
    TabOnly,

    /// <summary>Nothing but requests that are proved to be the image renderer's, in that name.</summary>
    RendererOnly,

    /// <summary>Any other request.</summary>
    Other,

    /// <summary>They queried data.</summary>
    Queried,

    /// <summary>They opened a dashboard.</summary>
    OpenedDashboard,
}
