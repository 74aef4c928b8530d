using Athena.Sandbox;
using Athena.Sandbox.Mail;
using Athena.Sandbox.Telegram;

namespace Athena.Bench.Stage;

/// <summary>
/// A stand-in Grafana with its users and its log, a mail server and a chat, in a directory of their own that goes with them.
/// </summary>
internal sealed class Site : IAsyncDisposable
{
    /// <summary>The daemon's account: a server admin.</summary>
    public const string Worker = "athena-workers-7f3a";

    /// <summary>Who decides.</summary>
    public const string Admin = "admins@example.org";

    private readonly DirectoryInfo directory;

    private Site(DirectoryInfo directory, StandInGrafana grafana, MailCatcher mail, TelegramCatcher chat, string password) =>
        (this.directory, Grafana, Mail, Chat, Password) = (directory, grafana, mail, chat, password);

    public StandInGrafana Grafana { get; }

    public MailCatcher Mail { get; }

    public TelegramCatcher Chat { get; }

    public string Password { get; }

    public string LogFile => Path("grafana.log");

    /// <param name="output">Where the log goes besides its file.</param>
    public static async Task<Site> StartAsync(int users, Stream? output = null)
    {
        var directory = Directory.CreateTempSubdirectory("athena-bench-");
        var grafana = await StandInGrafana.StartAsync(new StandInOptions
        {
            AdminPassword = Guid.NewGuid().ToString("N"),
            LogFile = System.IO.Path.Combine(directory.FullName, "grafana.log"),
            Output = output,
            Latency = Latency.Recorded,
        }).ConfigureAwait(false);
        var lastMonth = TimeProvider.System.GetUtcNow().AddDays(-30);
        var password = Guid.NewGuid().ToString("N");
        grafana.Database.AddUser(Worker, "workers@example.org", "Athena workers", password, "Admin", serverAdmin: true, created: lastMonth);
        for (var i = grafana.Database.Users.Count; i < users; i++)
            grafana.Database.AddUser(
                $"staff{i:D5}", $"staff{i:D5}@example.org", $"Staff {i}", Guid.NewGuid().ToString("N"), created: lastMonth);
        return new Site(
            directory,
            grafana,
            await MailCatcher.StartAsync().ConfigureAwait(false),
            await TelegramCatcher.StartAsync().ConfigureAwait(false),
            password);
    }

    /// <summary>A name in the site's directory.</summary>
    public string Path(string name) => System.IO.Path.Combine(directory.FullName, name);

    public async ValueTask DisposeAsync()
    {
        await Grafana.DisposeAsync().ConfigureAwait(false);
        await Mail.DisposeAsync().ConfigureAwait(false);
        await Chat.DisposeAsync().ConfigureAwait(false);
        directory.Delete(recursive: true);
    }
}
