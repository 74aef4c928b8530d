using Athena.Common.Time;

namespace Athena.Common.Activities;

/// <summary>What an <see cref="ActivityCounter"/> has to know beside the lines.</summary>
public sealed record ActivityCounterOptions
{
    /// <summary>For <see cref="UserActivity.Marks"/>; null when nobody asks for them. Which lines are inside is the reader's business.</summary>
    public Window? Window { get; init; }

    /// <summary>The ids under which our daemons speak to Grafana. Empty when they are not known, and then nothing is taken for ours.</summary>
    public IReadOnlyCollection<long> OwnIds { get; init; } = [];

    /// <summary>
    /// How the referer of our requests begins, <c>GRAFANA_URL/athena-workers/</c> (docs/grafana.md §6). Only a line with our id <em>and</em> it is
    /// ours: the id alone may be a person's who uses the account, and the referer anybody can write. Null: nothing is ours.
    /// </summary>
    public string? OwnReferer { get; init; }

    /// <summary>
    /// Our account is a person's as well, as when somebody gave the daemon his own: then only the calls that our client makes
    /// (<see cref="Grafana.Api.RouteTable"/>) are ours, so that he cannot hide behind our referer whatever he does in a browser.
    /// </summary>
    public bool IsOwnAccountShared { get; init; }

    /// <summary><c>IGNORE_USER_IDS</c>: their lines count nowhere.</summary>
    public IReadOnlyCollection<long> IgnoredIds { get; init; } = [];

    /// <summary>
    /// The sight probes that were sent: only these are told as echoes, so that nobody can bury one under others that he made up. Null: all are.
    /// </summary>
    public IReadOnlyCollection<string>? SentProbes { get; init; }

    /// <summary>The uid of a dashboard of which every open is kept (<see cref="Activity.Opens"/>); null for none.</summary>
    public string? OpensOf { get; init; }
}
