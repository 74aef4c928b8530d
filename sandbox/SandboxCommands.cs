namespace Athena.Sandbox;

/// <summary>The command line of <c>athena-sandbox</c>.</summary>
internal static class SandboxCommands
{
    private const string Usage = """
        athena-sandbox: a stand-in for Grafana, for demonstrations and tests. Never use it for real accounts.

          serve     the stand-in alone
              --port N (0: a free one)  --directory D  --admin-password P  --users N (that many people more)
              --latency recorded|none  --log-format text|json  --log-mode MODE  --router-logging-off  --max-lines N  --offset HH:MM  --auth-proxy  --single-sign-on
              --to-output (the log also to standard output, as a service's goes to the journal)
              --loki-port N (the log also to a stand-in for Loki, LOKI_QUERY='{unit="grafana-server.service"}'; 0: a free one)
              --postgres CONNECTION (flags and sessions are kept in Grafana's tables there)
          demo      the stand-in, a mail catcher, a Telegram of its own, and a page that shows them
              as serve, and  --page-port N  --smtp-port N  --telegram-port N  --audit FILE  --speed X (of the recorded traffic; 0: none)
              --smtp-tls (the mail server offers STARTTLS, with the certificate that it writes to smtp.pem in its directory)
              --database FILE (people, sessions and tokens are kept there from one run to the next)
          contract  compare a Grafana with the recordings; makes accounts of its own there and deletes them again
              --url URL  --user U  --password-file F  [--seed N]
          contract-loki  compare a Loki with the recordings; pushes a few lines of its own there
              --url URL  [--tenant T]  [--seed N]
          flood     strangers by the thousand sign up at a stand-in on this machine
              --url URL  [--count N (1000)]  [--per-second N (500; 0: as fast as it goes)]
          provider  a provider for single sign-on that believes everybody, for a Grafana on this machine
              --port N (9099)

        serve and demo write the addresses that they listen on to sandbox.json in their directory.
        """;

    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            return args.FirstOrDefault() switch
            {
                "serve" => await SandboxServer.ServeAsync(args[1..], demo: false).ConfigureAwait(false),
                "demo" => await SandboxServer.ServeAsync(args[1..], demo: true).ConfigureAwait(false),
                "contract" => await ContractCommand.RunAsync(args[1..], Console.Out).ConfigureAwait(false),
                "contract-loki" => await Loki.LokiContractCommand.RunAsync(args[1..], Console.Out).ConfigureAwait(false),
                "flood" => await FloodCommand.RunAsync(args[1..], Console.Out).ConfigureAwait(false),
                "provider" => await ProviderCommand.RunAsync(args[1..], Console.Out).ConfigureAwait(false),
                "help" or "--help" or "-h" => Say(Console.Out, Usage, 0),
                _ => Say(Console.Error, Usage, 2),
            };
        }
        catch (FormatException e)
        {
            return Say(Console.Error, e.Message, 2);
        }
    }

    private static int Say(TextWriter to, string text, int exitCode)
    {
        to.WriteLine(text);
        return exitCode;
    }
}
