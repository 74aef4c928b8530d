using Athena.Common.Text;

namespace Athena.AutoDisable.Evidence;

/// <summary>A dashboard that somebody had before them.</summary>
/// <param name="Uid">Its uid. From an address, so a stranger's text when it was only on screen.</param>
/// <param name="Opens">How often it was opened; a reload is a second open (docs/grafana.md §4). 0: seen on screen only.</param>
/// <param name="Queries">Queries its panels made: it was on screen.</param>
/// <param name="Title">What people call it, chosen by whoever may edit it; null when Grafana did not tell.</param>
internal sealed record DashboardView(string Uid, int Opens, int Queries, string? Title = null)
{
    public string Uid { get; init; } = ClaimedText.Cut(Uid);

    public string? Title { get; init; } = Title is null ? null : ClaimedText.Cut(Title);
}
