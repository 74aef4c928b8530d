using System.Net;
using System.Net.Http.Json;

namespace Athena.Bench.Stage;

/// <summary>People who sign up in the form, and how long each of them was inside.</summary>
internal sealed class Strangers(Site site, string name) : IDisposable
{
    private static readonly TimeProvider Time = TimeProvider.System;

    private readonly HttpClient http = new() { BaseAddress = site.Grafana.Url };
    private readonly List<Task<(string Email, DateTimeOffset AnsweredAt)>> signedUp = [];

    /// <summary>
    /// People come 50 to 250 ms apart, every fifth time two or three of them at once; where there are several Grafanas, they sign up at one
    /// after the other.
    /// </summary>
    public static async Task ComeAsync(int signUps, params Strangers[] places)
    {
        var random = new Random(4711);
        for (var sent = 0; sent < signUps;)
        {
            var together = Math.Min(signUps - sent, random.Next(5) == 0 ? random.Next(2, 4) : 1);
            foreach (var people in places)
            {
                for (var i = 0; i < together; i++) people.Send();
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(50, 250))).ConfigureAwait(false);
            }

            sent += together;
        }
    }

    /// <summary>Signs somebody up, without waiting for the answer.</summary>
    public void Send() => signedUp.Add(SignUpAsync($"{name}{signedUp.Count:D4}@example.net"));

    /// <summary>
    /// Waits until all are disabled: the time of each from the answer to their sign-up, 0 for one who was disabled before they had it.
    /// </summary>
    /// <exception cref="TimeoutException">Somebody is still inside after <paramref name="patience"/>.</exception>
    public async Task<Distribution> InsideAsync(TimeSpan patience)
    {
        var times = new List<TimeSpan>();
        var began = Time.GetTimestamp();
        foreach (var (email, answeredAt) in await Task.WhenAll(signedUp).ConfigureAwait(false))
        {
            var account = site.Grafana.Database.Find(email) ?? throw new InvalidOperationException($"{email} was not signed up.");
            DateTimeOffset? disabledAt;
            while ((disabledAt = account.DisabledAt) is null)
            {
                if (Time.GetElapsedTime(began) > patience) throw new TimeoutException($"{email} is still inside.");
                await Task.Delay(TimeSpan.FromMilliseconds(50), Time).ConfigureAwait(false);
            }

            var inside = disabledAt.Value - answeredAt;
            times.Add(inside > TimeSpan.Zero ? inside : TimeSpan.Zero);
        }

        return new Distribution(times);
    }

    public void Dispose() => http.Dispose();

    private async Task<(string, DateTimeOffset)> SignUpAsync(string email)
    {
        var form = new { email, username = email, name = "A Stranger", password = "a stranger's password", orgName = "" };
        using var answer = await http.PostAsJsonAsync("/api/user/signup/step2", form).ConfigureAwait(false);
        var answeredAt = Time.GetUtcNow();
        return answer.StatusCode == HttpStatusCode.OK
            ? (email, answeredAt)
            : throw new InvalidOperationException($"A sign-up was answered {(int)answer.StatusCode}.");
    }
}
