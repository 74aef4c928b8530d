using System.Globalization;
using Athena.EndToEnd.Harness;

namespace Athena.EndToEnd;

/// <summary>
/// The daemon is killed with -9 at random moments, while people sign up and an admin decides: at the end every promise is kept.
/// </summary>
internal sealed class KillTests
{
    [Test]
    public Task Ten_kills_lose_nobody_and_lock_nobody_twice() => PlayAsync(kills: 10, mostPeople: 9);

    /// <summary>Some minutes; <c>make soak</c>. Stays below the fifty sign-ups an hour from which on mails come as rare digests.</summary>
    [Test, Category("Soak")]
    public Task Two_hundred_kills_lose_nobody_and_lock_nobody_twice() => PlayAsync(kills: 200, mostPeople: 45);

    private static async Task PlayAsync(int kills, int mostPeople)
    {
        var seed = Environment.GetEnvironmentVariable("ATHENA_SEED") is { Length: > 0 } given
            ? int.Parse(given, CultureInfo.InvariantCulture)
            : Random.Shared.Next(1_000_000);
        await TestContext.Progress.WriteLineAsync($"{kills} kills: ATHENA_SEED={seed}");
        await using var lab = await Lab.OpenAsync(pollInterval: "1s");
        await lab.MakeBaselineAsync();
        var hospital = new BusyHospital(lab, new Random(seed), mostPeople);
        await hospital.PlayAsync(kills);
        await hospital.CheckAsync();
    }
}
