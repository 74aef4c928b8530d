using Athena.Common.Checks;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Units;
using Athena.Common.Grafana.Api;
using Athena.Common.Settings;
using Athena.Tests.Shared;
using Athena.Workers.Setup;

namespace Athena.Workers.Tests;

/// <summary>A host that is set up, with daemons that only note what they were told.</summary>
internal abstract class SetupStage
{
    private protected static readonly string[] Everything =
    [
        "SMTP_HOST=mail.hospital.example", "SMTP_USER=athena", "MAIL_FROM=grafana@hospital.example", "OPS_MAIL_TO=ops@hospital.example",
        "MAIL_TO=admins@hospital.example", "ADMIN_USER_IDS=1,4", "REPORT_TO=reports@first2lead.example", "TELEGRAM_CHAT_ID=-1001",
    ];

    private protected const string Token = "1234567890:AAExampleExampleExampleExampleExample";

    private protected const string Deciders = "MAIL_TO=one@hospital.example,two@hospital.example";

    private TemporaryDirectory directory = null!;
    private StringWriter output = null!;
    private Fake daemons = null!;
    private ManualTime time = null!;

    private protected TemporaryDirectory Host => directory;

    private protected StringWriter Output => output;

    private protected Fake Daemons => daemons;

    private protected ManualTime Time => time;

    /// <summary>Grafana's server admins; null where it does not say.</summary>
    private protected IReadOnlyList<GrafanaUser>? Admins { get; set; }

    /// <summary>What a trial of an answer finds.</summary>
    private protected Func<string, Func<string, string?>, SetupTrial?> Trials { get; set; } = (_, _) => null;

    /// <summary>Each question that was asked without echo.</summary>
    private protected List<string> Secrets { get; } = [];

    /// <summary>What is typed without echo; the token where nothing is left.</summary>
    private protected Queue<string> SecretAnswers { get; } = [];

    /// <summary>The daemons that are at work already.</summary>
    private protected List<string> InForce { get; } = [];

    [SetUp]
    public void Prepare()
    {
        Secrets.Clear();
        SecretAnswers.Clear();
        InForce.Clear();
        directory = new TemporaryDirectory();
        output = new StringWriter();
        daemons = new Fake();
        time = new ManualTime();
        Trials = (_, _) => null;
        Admins = [User(1, "admin"), User(4, "\u202Enimda")];
        File.WriteAllText(directory["password"], "pä$s 'word\"\n");
        File.WriteAllText(directory["token"], Token + "\n");
    }

    [TearDown]
    public void Clean()
    {
        output.Dispose();
        directory.Dispose();
    }

    /// <summary>All that is asked besides, and two who decide.</summary>
    private protected SetupOptions Decisive(params string[] more) => new(
        [.. Everything.Where(one => !one.StartsWith("MAIL_TO=", StringComparison.Ordinal)), Deciders, .. more],
        [$"SMTP_PASSWORD={directory["password"]}", $"TELEGRAM_BOT_TOKEN={directory["token"]}"], "lindiwe", directory["password"]);

    private protected static GrafanaUser User(long id, string login) =>
        new(id, $"u{id}", login, "", "", IsAdmin: true, IsDisabled: false, [], null, null);

    private protected string[] Shared() => Lines("athena-workers");

    private protected string[] Lines(string file) =>
        [.. File.ReadAllLines(directory[file]).Where(line => line.Length > 0 && !line.StartsWith('#'))];

    private protected Task<int> RunAsync(
        SetupOptions options, Func<string, string?>? ask = null, bool hasPage = false, CancellationToken cancel = default) =>
        time.PassPausesAsync(Command(options.Person(new Terminal(ask)), hasPage).RunAsync(options, cancel), TimeSpan.FromMinutes(2));

    private SetupCommand Command(Terminal person, bool hasPage) => new(
        daemons,
        new SetupScreen(
            person,
            (question, _) =>
            {
                Secrets.Add(question);
                return Task.FromResult(SecretAnswers.TryDequeue(out var answer) ? answer : Token);
            },
            time, output),
        daemon => new SettingsSource(
            new Dictionary<string, string> { ["ATHENA_DEFAULTS_DIR"] = directory.Path }, null, directory[daemon],
            directory["athena-workers"]),
        new SetupHost(IsRoot: true, hasPage, InForce.Contains), _ => Task.FromResult(Admins),
        (key, known, _) => Task.FromResult(Trials(key, known)), time, output);

    private protected sealed class Fake : IDaemons
    {
        public Dictionary<string, int> Codes { get; } = [];

        public List<string> Ran { get; } = [];

        public IReadOnlyList<string> Names => ["grafana-auto-disable", "grafana-compliance", "grafana-active-users"];

        public Dictionary<string, CheckReport> Found { get; } = [];

        public async Task<Tool.Result> AskAsync(string daemon, IReadOnlyList<string> arguments, CancellationToken cancel) =>
            new(await RunHereAsync(daemon, arguments, cancel), Found.GetValueOrDefault(daemon, new CheckReport()).ToJson(), "");

        public Task<int> RunHereAsync(string daemon, IReadOnlyList<string> arguments, CancellationToken cancel)
        {
            var said = $"{daemon} {string.Join(' ', arguments)}";
            Ran.Add(said);
            return Task.FromResult(Codes.GetValueOrDefault(said));
        }
    }
}
