using System.Diagnostics;
using System.Globalization;

namespace Athena.Sandbox.Demo;

/// <summary>
/// Very many strangers who sign up by the form's own call, at a steady pace, each with texts as long as Grafana's columns allow (login and
/// e-mail 190, name 255) of signs that triple when they are escaped.
/// </summary>
/// <param name="url">Where Grafana listens.</param>
/// <param name="mark">The begin of every login, by which they are told from others.</param>
public sealed class Flood(Uri url, string mark) : IDisposable
{
    private const int Visitors = 8;
    private const int LongestLogin = 190;
    private const int LongestName = 255;

    private readonly HttpClient http = new(new SocketsHttpHandler { UseCookies = false, UseProxy = false })
    {
        BaseAddress = url,
        Timeout = TimeSpan.FromMinutes(1),
    };

    /// <summary>How many sign-ups Grafana has accepted.</summary>
    public int Accepted => accepted;

    private int accepted;

    /// <summary>The login of the stranger with this number.</summary>
    public string Login(int number) => Filled(number, LongestLogin, "");

    /// <summary>Signs up the strangers with the numbers from <paramref name="from"/> on.</summary>
    /// <param name="from">The first number.</param>
    /// <param name="count">How many.</param>
    /// <param name="perSecond">The pace; 0 is as fast as it goes.</param>
    /// <exception cref="InvalidOperationException">Grafana refused one.</exception>
    public async Task PlayAsync(int from, int count, int perSecond, CancellationToken cancellation = default)
    {
        var began = Stopwatch.GetTimestamp();
        var next = from - 1;
        await Task.WhenAll(Enumerable.Range(0, Visitors).Select(_ => VisitAsync())).ConfigureAwait(false);

        async Task VisitAsync()
        {
            while (Interlocked.Increment(ref next) is var number && number < from + count)
            {
                var early = perSecond > 0
                    ? TimeSpan.FromSeconds((double)(number - from) / perSecond) - Stopwatch.GetElapsedTime(began)
                    : TimeSpan.Zero;
                if (early > TimeSpan.Zero) await Task.Delay(early, cancellation).ConfigureAwait(false);
                await SignUpAsync(number, cancellation).ConfigureAwait(false);
            }
        }
    }

    public void Dispose() => http.Dispose();

    private async Task SignUpAsync(int number, CancellationToken cancellation)
    {
        var body = new
        {
            email = Filled(number, LongestLogin, "@x.example"),
            code = "",
            username = Login(number),
            password = "flood-Pass-1",
            name = new string('<', LongestName),
            orgName = "",
        };
        using var response = await http.PostAsJsonAsync("/api/user/signup/step2", body, cancellation).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException(
                $"Sign-up {number} was refused: {(int)response.StatusCode} "
                + $"{await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false)}");
        Interlocked.Increment(ref accepted);
    }

    private string Filled(int number, int length, string end) =>
        (mark + number.ToString("D6", CultureInfo.InvariantCulture)).PadRight(length - end.Length, '<') + end;
}
