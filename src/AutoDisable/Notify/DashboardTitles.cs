using Athena.AutoDisable.Evidence;
using Athena.Common.Grafana.Api;

namespace Athena.AutoDisable.Notify;

/// <summary>
/// What people call the dashboards that a stranger had before them. Asked beside the gate's own work, each once, and never waited for: the
/// mail can do without, a lock cannot wait.
/// </summary>
internal sealed class DashboardTitles(IGrafana grafana, TimeProvider time)
{
    /// <summary>A stranger chooses the uids that their browser names: no more questions than this are open at once.</summary>
    private const int MostOpen = 20;

    private const int LongestTitle = 200;

    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, (Task<string?> Title, DateTimeOffset AskedAt)> asked = new(StringComparer.Ordinal);

    /// <summary>
    /// The same dashboards, those that a mail names with their titles as far as they are known by now. Null while answers are on their
    /// way: ask again a moment later.
    /// </summary>
    /// <param name="views">The dashboards.</param>
    /// <param name="isLast">Take what is there.</param>
    /// <param name="cancel">Ends the questions.</param>
    public IReadOnlyList<DashboardView>? Name(IReadOnlyList<DashboardView> views, bool isLast, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        foreach (var (uid, question) in asked)
            if (question.Title.IsCompleted && now - question.AskedAt >= Remembered) asked.Remove(uid);

        var named = views.Take(ExposureText.DashboardsNamed).Select(view => view.Uid).ToList();
        foreach (var uid in named.Where(uid => !asked.ContainsKey(uid)))
            if (asked.Values.Count(question => !question.Title.IsCompleted) < MostOpen) asked[uid] = (AskAsync(uid, cancel), now);

        if (!isLast && named.Exists(uid => asked.TryGetValue(uid, out var question) && !question.Title.IsCompleted)) return null;
        return [.. views.Select(view => view with { Title = TitleOf(view.Uid) })];
    }

    private string? TitleOf(string uid) =>
        asked.TryGetValue(uid, out var question) && question.Title.IsCompleted ? question.Title.GetAwaiter().GetResult() : null;

    private async Task<string?> AskAsync(string uid, CancellationToken cancel)
    {
        var answer = await grafana.DashboardAsync(uid, cancel);
        return answer.Value?.Title is { Length: > 0 } title ? title[..Math.Min(title.Length, LongestTitle)] : null;
    }
}
