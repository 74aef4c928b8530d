using System.Net.Http.Json;
using Athena.Bench.Stage;

namespace Athena.Bench.Measurements;

/// <summary>How soon a stranger is disabled while others guess the daemon's password without pause, so that its login is locked.</summary>
internal static class Guessing
{
    private const int SignUps = 50;
    private const int Guessers = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static async Task MeasureAsync(string program, int users, Report report)
    {
        await using var site = await Site.StartAsync(users).ConfigureAwait(false);
        await using var daemon = await Daemon.StartAsync(program, site, "file:" + site.LogFile).ConfigureAwait(false);
        using var stop = new CancellationTokenSource();
        var guessing = Task.WhenAll(Enumerable.Range(0, Guessers).Select(_ => GuessAsync(site, stop.Token)));
        using var strangers = new Strangers(site, "besieger");
        var random = new Random(4713);
        for (var i = 0; i < SignUps; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(50, 500))).ConfigureAwait(false);
            strangers.Send();
        }

        var times = await strangers.InsideAsync(Patience).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        var guesses = (await guessing.ConfigureAwait(false)).Sum();
        report.Section(
            "While strangers guess the daemon's password",
            $"{Guessers} of them, without pause, beginning when the daemon has its session; {SignUps} people sign up meanwhile, 50 to 500 "
            + "ms apart. Everybody was disabled, or this would have ended with an error.");
        report.Add("wrong passwords sent for the daemon's login", guesses, "guesses");
        report.Add(times, "daemon");
    }

    private static async Task<int> GuessAsync(Site site, CancellationToken stop)
    {
        using var http = new HttpClient { BaseAddress = site.Grafana.Url };
        var guesses = 0;
        while (!stop.IsCancellationRequested)
        {
            using var answer = await http.PostAsJsonAsync(
                "/login", new { user = Site.Worker, password = $"guess {guesses}" }, CancellationToken.None).ConfigureAwait(false);
            if (answer.IsSuccessStatusCode) throw new InvalidOperationException("A guess was right.");
            guesses++;
        }

        return guesses;
    }
}
