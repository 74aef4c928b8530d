using Athena.Bench.Stage;

namespace Athena.Bench.Measurements;

/// <summary>How soon a stranger is disabled when there is no log to follow: then only the poll finds them.</summary>
internal static class NoLog
{
    private const int SignUps = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    public static async Task MeasureAsync(string program, int users, Report report)
    {
        await using var site = await Site.StartAsync(users).ConfigureAwait(false);
        await using var daemon = await Daemon.StartAsync(program, site, "file:" + site.Path("no-such.log")).ConfigureAwait(false);
        using var strangers = new Strangers(site, "unseen");
        var random = new Random(4712);
        for (var i = 0; i < SignUps; i++)
        {
            strangers.Send();
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(500, 3000))).ConfigureAwait(false);
        }

        var times = await strangers.InsideAsync(Patience).ConfigureAwait(false);
        report.Section(
            "Without a readable log",
            $"LOG names a file that is not there; {SignUps} people sign up, 0.5 to 3 s apart; POLL_INTERVAL is the default, 15 s.");
        report.Add("slowest", times.At(1) / 1000, "s", 16);
        report.Add("median", times.At(0.5) / 1000, "s");
    }
}
