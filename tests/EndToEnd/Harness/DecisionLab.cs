using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Athena.Sandbox.Mail;

namespace Athena.EndToEnd.Harness;

/// <summary>A lab whose first admin decides from their mails, with the page's program beside the daemon.</summary>
internal static class DecisionLab
{
    public static async Task<(Lab Lab, RunningDaemon Daemon)> OpenAsync()
    {
        var lab = await Lab.OpenAsync();
        lab.Program.Settings["UNDO_FOR"] = "10m";
        lab.Program.Settings["DECISION_URL"] = $"http://127.0.0.1:{FreePort()}";
        lab.Program.Settings["DECISION_MAIL_TO"] = Lab.FirstAdmin;
        lab.Program.Settings["DECISION_DESK"] = lab["desk"];
        return (lab, await lab.StartDaemonAsync());
    }

    public static async Task<RunningDaemon> RunPageAsync(Lab lab)
    {
        var program = new DaemonProgram(DaemonProgram.Page);
        program.Settings["DECISION_LISTEN"] = new Uri(lab.Program.Settings["DECISION_URL"]).Authority;
        program.Settings["DECISION_DESK"] = lab["desk"];
        program.Settings["ATHENA_DEFAULTS_DIR"] = lab["none"];
        var page = program.Run();
        using var browser = new HttpClient();
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    var address = $"{lab.Program.Settings["DECISION_URL"]}/athena/decide/x";
                    return (await browser.GetAsync(address)).StatusCode == HttpStatusCode.NotFound;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            "the page answers",
            () => page.Output);
        return page;
    }

    public static Task<CaughtMail> MailToAsync(Lab lab, string address) => lab.MailAsync(
        mail => mail.To.Contains(address) && mail.Subject.StartsWith("Locked, waiting", StringComparison.Ordinal),
        $"the mail to {address}");

    /// <summary>In the plain part an address stands below what it does.</summary>
    public static Uri Link(CaughtMail mail, string label) => new(Regex.Match(
        mail.Text.ReplaceLineEndings("\n"), $@"^{label}:\n(http\S+/athena/decide/\S+)$", RegexOptions.Multiline).Groups[1].Value);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
