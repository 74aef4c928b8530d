using Athena.Bench.Stage;

namespace Athena.Bench.Measurements;

/// <summary>How soon a stranger is disabled while the log can be followed, and what the daemon takes for it.</summary>
internal static class Reaction
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static async Task MeasureAsync(string program, int users, int signUps, Report report)
    {
        // The same Grafana twice, one guarded by the daemon, one by the plain loop; each sign-up is sent to both, one after the other, so
        // that both are measured in the same minute and neither while the other is at work on its own.
        await using var site = await Site.StartAsync(users).ConfigureAwait(false);
        await using var plainSite = await Site.StartAsync(users).ConfigureAwait(false);
        await using var daemon = await Daemon.StartAsync(program, site, "file:" + site.LogFile).ConfigureAwait(false);
        using var loop = new PlainLoop(plainSite);
        using var strangers = new Strangers(site, "stranger");
        using var plainStrangers = new Strangers(plainSite, "stranger");
        await Strangers.ComeAsync(signUps, strangers, plainStrangers).ConfigureAwait(false);

        var byDaemon = await strangers.InsideAsync(Patience).ConfigureAwait(false);
        var byLoop = await plainStrangers.InsideAsync(Patience).ConfigureAwait(false);
        report.Section(
            "From the answer to a sign-up until the account is disabled",
            $"{signUps} people sign up, 50 to 250 ms apart, every fifth time two or three of them at once. The end is the moment in which "
            + "the disable takes effect in the stand-in. The plain loop is the least that can be done: it reads the log each millisecond, "
            + "looks the e-mail up and disables, without remembering, proving or telling anything; it guards a second stand-in, where the "
            + "same people sign up in turn.");
        report.Add(byDaemon, "daemon", median: 30, p99: 60);
        report.Add(byLoop, "plain loop");
        report.Add("daemon / plain loop, medians", byDaemon.At(0.5) / byLoop.At(0.5), "times");
        await Footprint.MeasureAsync("Footprint after those sign-ups", daemon.ProcessId, hasTarget: true, report).ConfigureAwait(false);
    }
}
