using Athena.Bench.Stage;
using Athena.Sandbox.Journal;

namespace Athena.Bench.Measurements;

/// <summary>
/// How soon a stranger is disabled when the log comes by way of a real journald, and what it takes to ask the journal again and again.
/// </summary>
internal static class JournalReaction
{
    private const string Title = "The same by way of the journal";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static async Task MeasureAsync(string program, int users, int signUps, Report report)
    {
        if (!PrivateJournald.TryStart("", out var journald, out var whyNot))
        {
            report.NotMeasured(Title, whyNot);
            return;
        }

        using (journald)
        {
            await using var output = journald.Output();
            await using var site = await Site.StartAsync(users, output).ConfigureAwait(false);
            await using var daemon = await Daemon.StartAsync(program, site, journald.Source).ConfigureAwait(false);
            using var strangers = new Strangers(site, "stranger");
            await Strangers.ComeAsync(signUps, strangers).ConfigureAwait(false);
            var times = await strangers.InsideAsync(Patience).ConfigureAwait(false);
            report.Section(
                Title,
                $"{signUps} people sign up in the same way. The stand-in writes its log to the standard output that a real journald "
                + "reads, as Grafana does under systemd, and LOG is journal:…/grafana-server.service. journald announces new entries only "
                + "after 250 to 430 ms, so the daemon asks.");
            report.Add(times, "daemon", median: 75, p99: 250);
            await Footprint.MeasureAsync("Footprint while the journal is followed", daemon.ProcessId, hasTarget: false, report)
                .ConfigureAwait(false);
        }
    }
}
