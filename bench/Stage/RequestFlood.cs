using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Athena.Bench.Stage;

/// <summary>Somebody who asks for pages of decisions without an end, at an even pace and without waiting for the answers.</summary>
/// <param name="link">One that a mail really holds.</param>
internal sealed class RequestFlood(Uri link) : IDisposable
{
    public const double WantedPerMinute = 10_000;

    private const int AtOnce = 10;
    private static readonly TimeSpan Beat = TimeSpan.FromMinutes(AtOnce / WantedPerMinute);
    private static readonly TimeProvider Time = TimeProvider.System;

    private readonly HttpClient http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 200 });
    private readonly ConcurrentDictionary<int, int> answers = [];
    private TimeSpan took;
    private int sent;

    /// <summary>How many were answered with each status of HTTP; 0 stands for no answer at all.</summary>
    public IEnumerable<(int Status, int Count)> Answers => answers.OrderBy(one => one.Key).Select(one => (one.Key, one.Value));

    public double PerMinute => sent / took.TotalMinutes;

    /// <summary>Floods while something else goes on, and until the last request is answered.</summary>
    public async Task DuringAsync(Func<Task> other)
    {
        var running = other();
        var began = Time.GetTimestamp();
        List<Task> asked = [];
        while (!running.IsCompleted)
        {
            for (var i = 0; i < AtOnce; i++) asked.Add(AskAsync(sent++));
            var next = (asked.Count / AtOnce * Beat) - Time.GetElapsedTime(began);
            if (next > TimeSpan.Zero) await Task.Delay(next, Time).ConfigureAwait(false);
        }

        took += Time.GetElapsedTime(began);
        await running.ConfigureAwait(false);
        await Task.WhenAll(asked).ConfigureAwait(false);
    }

    public void Dispose() => http.Dispose();

    private async Task AskAsync(int number)
    {
        using var request = (number % 4) switch
        {
            0 => new HttpRequestMessage(HttpMethod.Get, link),
            1 => new HttpRequestMessage(HttpMethod.Post, link)
            {
                Content = new FormUrlEncodedContent([KeyValuePair.Create("form", "none"), KeyValuePair.Create("sure", "yes")]),
            },
            _ => new HttpRequestMessage(HttpMethod.Get, new Uri(link, RandomNumberGenerator.GetHexString(43, lowercase: true))),
        };
        var status = 0;
        try
        {
            using var answer = await http.SendAsync(request).ConfigureAwait(false);
            status = (int)answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            // Counted as no answer.
        }

        answers.AddOrUpdate(status, 1, (_, before) => before + 1);
    }
}
