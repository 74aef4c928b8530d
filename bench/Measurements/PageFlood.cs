using Athena.Bench.Stage;

namespace Athena.Bench.Measurements;

/// <summary>Whether a stranger is locked as soon as ever while somebody floods the page on which admins decide.</summary>
internal static class PageFlood
{
    private const int Rounds = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <param name="page">The program that serves the page, as it is packaged.</param>
    public static async Task MeasureAsync(string daemon, string page, int users, int signUps, Report report)
    {
        await using var site = await Site.StartAsync(users).ConfigureAwait(false);
        var settings = DecisionPage.SettingsFor(site);
        await using var locking = await Daemon.StartAsync(daemon, site, "file:" + site.LogFile, settings).ConfigureAwait(false);
        await using var serving = Daemon.StartPage(page, site, settings);
        using var first = new Strangers(site, "first");
        first.Send();
        await first.InsideAsync(Patience).ConfigureAwait(false);
        using var flood = new RequestFlood(await DecisionPage.LinkAsync(site).ConfigureAwait(false));

        // In turn, so that what else this machine does meets both.
        using var quiet = new Strangers(site, "quiet");
        using var flooded = new Strangers(site, "flooded");
        for (var round = 0; round < Rounds; round++)
        {
            await Strangers.ComeAsync(signUps / Rounds, quiet).ConfigureAwait(false);
            await quiet.InsideAsync(Patience).ConfigureAwait(false);
            await flood.DuringAsync(() => Strangers.ComeAsync(signUps / Rounds, flooded)).ConfigureAwait(false);
            await flooded.InsideAsync(Patience).ConfigureAwait(false);
        }

        var (without, with) =
            (await quiet.InsideAsync(Patience).ConfigureAwait(false), await flooded.InsideAsync(Patience).ConfigureAwait(false));
        report.Section(
            "From the answer to a sign-up until the account is disabled, while the page of decisions is flooded",
            $"{signUps} people sign up while nobody asks for the page of decisions, and as many while it is flooded, in {2 * Rounds} "
            + "turns. Of four requests two guess a link, one opens a link that a mail really holds, and one sends a form for it that is "
            + "none. Who floods shares the two cores with all the others.");
        report.AddLeast("requests a minute, in those turns", flood.PerMinute, "requests", RequestFlood.WantedPerMinute * 0.97);
        foreach (var (status, count) in flood.Answers) report.Add($"answered {status}", count, "requests");
        report.Add(without, "nobody asks");
        report.Add(with, "flooded");
        report.Add("flooded / nobody asks, medians", with.At(0.5) / without.At(0.5), "times", 1.25);
        var letIn = site.Grafana.Database.Users.Count(user => user.Email.StartsWith("first") && !user.IsDisabled);
        report.Add("accounts that were let in", letIn, "accounts", 0);
    }
}
