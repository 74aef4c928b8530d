using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Line;
using Athena.Common.Tests.GrafanaLog;
using Athena.Common.Time;

namespace Athena.Common.Tests.Grafana.Usage;

/// <summary>Windows side by side hold together what one window over all of them holds, wherever they are cut.</summary>
public sealed class WindowSumTests
{
    private static readonly (DateTimeOffset Time, byte[] Line)[] Day =
        [.. RecordedLogs.Day.SelectMany(RecordedLogs.Lines).Select(line => (LogLine.Parse(line).Time!.Value, line))];

    [Test]
    public void Windows_cut_at_every_second_of_the_day_add_up_to_the_whole()
    {
        Window all = Span();
        var whole = Count(all);
        var parts = new List<Activity>();
        for (DateTimeOffset from = all.From; from < all.To; from = from.AddSeconds(1))
            parts.Add(Count(new Window(from, from.AddSeconds(1))));

        Assert.That(parts, Has.Count.GreaterThan(600));
        Assert.That(Sums(parts), Is.EqualTo(Sums([whole])));
        Assert.That(parts.SelectMany(part => part.Changes), Is.EqualTo(whole.Changes));
    }

    [Test]
    public void Two_windows_add_up_to_the_whole_wherever_the_second_between_them_lies()
    {
        Window all = Span();
        string[] whole = Sums([Count(all)]);
        for (DateTimeOffset cut = all.From; cut < all.To; cut = cut.AddSeconds(7))
        {
            Assert.That(Sums([Count(all with { To = cut }), Count(all with { From = cut })]), Is.EqualTo(whole), cut.ToString("O"));
        }
    }

    private static string[] Sums(IReadOnlyList<Activity> parts) =>
    [
        .. parts.SelectMany(part => part.Users).GroupBy(row => (row.Id, row.OrgId)).Select(user =>
            $"{user.Key} {user.Last().Login} {user.Sum(row => row.Requests)} {user.Min(row => row.FirstSeen):O} "
            + $"{user.Max(row => row.LastSeen):O} {user.Max(row => row.Proof)} "
            + string.Join(' ', user.SelectMany(row => row.Dashboards).GroupBy(dashboard => dashboard.Uid)
                .Select(dashboard => $"{dashboard.Key}:{dashboard.Sum(part => part.Opens)}:{dashboard.Any(part => part.IsOnScreen)}")
                .Order(StringComparer.Ordinal)))
            .Order(StringComparer.Ordinal),
        $"{parts.Sum(part => part.AnonymousRequests)} {parts.Sum(part => part.Security.FailedLogins)} "
        + $"{parts.Sum(part => part.Security.RefusedTokens)} {parts.Sum(part => part.Security.LockedLogins)} "
        + $"{parts.Sum(part => part.Security.DisabledUserAttempts)} {parts.Sum(part => part.Security.AccessDenied)} "
        + $"{parts.Sum(part => part.Security.SignUps)} {parts.Sum(part => part.Security.Logins)} {parts.Sum(part => part.Pages.Requests)} "
        + $"{parts.Sum(part => part.Pages.ServerErrors)} {parts.Sum(part => part.Pages.PageLoads)}",
    ];

    private static Activity Count(Window window) =>
        Counted.Lines(Day.Where(line => window.Contains(line.Time)).Select(line => line.Line), new() { Window = window });

    private static Window Span() => new(Day.Min(line => line.Time), Day.Max(line => line.Time).AddTicks(1));
}
