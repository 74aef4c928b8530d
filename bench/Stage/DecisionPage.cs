using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Athena.Bench.Stage;

/// <summary>Deciding from a mail, as the daemon and the page's program are set up for it.</summary>
internal static partial class DecisionPage
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static IReadOnlyDictionary<string, string> SettingsFor(Site site)
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return new Dictionary<string, string>
        {
            ["DECISION_URL"] = $"http://{free.LocalEndpoint}",
            ["DECISION_LISTEN"] = $"{free.LocalEndpoint}",
            ["DECISION_MAIL_TO"] = Site.Admin,
            ["DECISION_DESK"] = site.Path("desk"),
            ["ATHENA_DEFAULTS_DIR"] = site.Path("none"),
        };
    }

    /// <summary>The first link in a mail to the admin that leads to a page which is there.</summary>
    public static async Task<Uri> LinkAsync(Site site)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var http = new HttpClient();
        while (true)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), patience.Token).ConfigureAwait(false);
            foreach (var mail in site.Mail.Mails)
            {
                if (Link().Match(mail.Text) is not { Success: true } found) continue;
                try
                {
                    var link = new Uri(found.Value);
                    using var answer = await http.GetAsync(link, patience.Token).ConfigureAwait(false);
                    if (answer.StatusCode == HttpStatusCode.OK) return link;
                }
                catch (HttpRequestException)
                {
                    // The page's program does not listen yet.
                }
            }
        }
    }

    [GeneratedRegex(@"http\S+/athena/decide/[A-Za-z0-9_-]{43}")]
    private static partial Regex Link();
}
