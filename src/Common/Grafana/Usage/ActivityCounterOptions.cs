using Athena.Common.Settings;
using Athena.Common.Time;

namespace Athena.Common.Grafana.Usage;

/// <summary>What an <see cref="ActivityCounter"/> has to know beside the lines.</summary>
public sealed record ActivityCounterOptions
{
    /// <summary>
    /// For <see cref="UserActivity.Marks"/>; null when nobody asks for them. Which lines are inside is the reader's business.
    /// </summary>
    public Window? Window { get; init; }

    /// <summary>
    /// The ids under which our daemons speak to Grafana. Ours is a line with such an id, with the referer that our daemons send, whatever
    /// they call the host, <em>and</em> of a call that they make (<see cref="Api.RouteTable"/>): a person who uses the account is not
    /// hidden by it. Empty when they are not known, and then nothing is taken for ours.
    /// </summary>
    public IReadOnlyCollection<long> OwnIds { get; init; } = [];

    /// <summary><c>rendering.timeout</c> of Grafana.</summary>
    public TimeSpan PictureTimeout { get; init; } = PictureSetting.Usual;

    /// <summary>
    /// So far before and behind the window the log is looked at for what explains its lines: pictures that were begun before, locks that
    /// came after. Nothing is counted there, and what is missing there explains nothing. Zero where that is not worth the reading.
    /// </summary>
    public TimeSpan Around { get; init; }

    /// <summary><c>IGNORE_USER_IDS</c>: their lines count nowhere.</summary>
    public IReadOnlyCollection<long> IgnoredIds { get; init; } = [];

    /// <summary>
    /// The sight probes that were sent: only these are told as echoes, so that nobody can bury one under made-up ones. Null: all are.
    /// </summary>
    public IReadOnlyCollection<string>? SentProbes { get; init; }

    /// <summary>The uid of a dashboard of which every open is kept (<see cref="Activity.Opens"/>); null for none.</summary>
    public string? OpensOf { get; init; }

    /// <summary>Whether it is kept what each did beside looking (<see cref="Activity.Access"/>).</summary>
    public bool IsAccessKept { get; init; }
}

/// <summary><c>RENDERING_TIMEOUT</c>: Grafana's API does not tell it, so it is written down where it is not the usual one.</summary>
public static class PictureSetting
{
    private const int UsualSeconds = 60;

    /// <summary>Grafana's own default of <c>rendering.timeout</c>.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(UsualSeconds);

    public static TimeSpan Read(SettingsReader reader) => reader.Duration(
        "RENDERING_TIMEOUT", $"{UsualSeconds}s",
        "How long Grafana waits for a picture of its image renderer; so long a picture lasts whose end the log does not show.",
        TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
}

/// <summary>
/// The most that is kept of a window, so that nobody fills the memory by what they send. Rows stand for accounts that exist and opened
/// dashboards were answered with 200; paths, probes and the referer of a query are whatever somebody writes.
/// </summary>
public static class ActivityBounds
{
    /// <summary>Rows, one for each user and organisation.</summary>
    public const int Rows = 100_000;

    /// <summary>Dashboards of one row.</summary>
    public const int DashboardsOfRow = 1_000;

    /// <summary>Dashboards of all rows together, each user's counted apart.</summary>
    public const int Dashboards = 500_000;

    public const int Changes = 1_000;

    public const int ProbeEchoes = 1_000;

    public const int Opens = 100_000;

    /// <summary>What was written in Grafana in a window, and likewise people who came or went, and addresses that were refused.</summary>
    public const int Access = 10_000;

    /// <summary>Bytes of a uid; Grafana itself gives no longer one than 40.</summary>
    public const int Uid = 128;
}
