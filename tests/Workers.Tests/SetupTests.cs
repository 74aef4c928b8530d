using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Units;
using Athena.Common.Grafana.Api;
using Athena.Common.Settings;
using Athena.Tests.Shared;
using Athena.Workers.Setup;

namespace Athena.Workers.Tests;

/// <summary><c>athena-workers setup</c>: what is asked, what is written where, and what is left to the daemons' own commands.</summary>
internal sealed class SetupTests
{
    private static readonly string[] Everything =
    [
        "SMTP_HOST=mail.hospital.example", "SMTP_USER=athena", "MAIL_FROM=grafana@hospital.example", "OPS_MAIL_TO=ops@hospital.example",
        "MAIL_TO=admins@hospital.example", "ADMIN_USER_IDS=1,4", "REPORT_TO=reports@first2lead.example", "TELEGRAM_CHAT_ID=-1001",
    ];

    private const string Token = "1234567890:AAExampleExampleExampleExampleExample";

    private const string Deciders = "MAIL_TO=one@hospital.example,two@hospital.example";

    private TemporaryDirectory directory = null!;
    private StringWriter output = null!;
    private Fake daemons = null!;
    private ManualTime time = null!;
    private IReadOnlyList<GrafanaUser>? admins;

    [SetUp]
    public void Prepare()
    {
        directory = new TemporaryDirectory();
        output = new StringWriter();
        daemons = new Fake();
        time = new ManualTime();
        admins = [User(1, "admin"), User(4, "\u202Enimda")];
        File.WriteAllText(directory["password"], "pä$s 'word\"\n");
        File.WriteAllText(directory["token"], Token + "\n");
    }

    [TearDown]
    public void Clean()
    {
        output.Dispose();
        directory.Dispose();
    }

    [Test]
    public async Task A_fresh_host_is_asked_shown_what_is_written_and_handed_on_to_each_daemon()
    {
        var questions = new List<string>();
        var code = await RunAsync(new SetupOptions([], [], null, null), question =>
        {
            questions.Add(question);
            return question switch
            {
                _ when question.Contains("its name", StringComparison.Ordinal) => "mail.hospital.example",
                _ when question.Contains("its port", StringComparison.Ordinal) =>
                    questions.Count(q => q == question) == 1 ? "mail" : "2525",
                _ when question.Contains("the login", StringComparison.Ordinal) => "",
                _ when question.Contains("chat's id", StringComparison.Ordinal) => "-1001",
                _ when question.Contains("admins' browsers", StringComparison.Ordinal) => "https://grafana.example",
                _ when question.EndsWith("[yes/no]", StringComparison.Ordinal) => "yes",
                _ when question.Contains('[') => "",
                _ => "people@hospital.example",
            };
        });
        Assert.That(code, Is.Zero, output.ToString());
        Assert.That(Shared(), Is.EqualTo((string[])
        [
            "GRAFANA_URL=http://127.0.0.1:3000", $"LOG={SetupQuestions.All[1].Default}", "SMTP_HOST=mail.hospital.example",
            "SMTP_PORT=2525", "SMTP_SECURITY=starttls", "MAIL_FROM=people@hospital.example",
            "GRAFANA_PUBLIC_URL=https://grafana.example", "OPS_MAIL_TO=people@hospital.example",
        ]));
        Assert.That(Lines("grafana-compliance"), Is.EqualTo((string[])["REPORT_TO=people@hospital.example", "ADMIN_USER_IDS=1,4"]));
        Assert.That(Lines("grafana-active-users"), Is.EqualTo((string[])[$"TELEGRAM_BOT_TOKEN={Token}", "TELEGRAM_CHAT_ID=-1001"]));
        Assert.That(
            File.GetUnixFileMode(directory["grafana-active-users"]), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(output.ToString(), Does.Contain("  + TELEGRAM_BOT_TOKEN=(secret)").And.Not.Contains(Token));
        Assert.That(output.ToString(), Does.Contain("SMTP_PORT must be a whole number from 1 to 65535."));
        Assert.That(questions, Has.None.Contains("the password"), "without a login there is no password");
        Assert.That(daemons.Ran, Is.EqualTo((string[])
        [
            "grafana-auto-disable account create --in-setup",
            "grafana-auto-disable check --send-test", "grafana-auto-disable activate",
            "grafana-compliance check", "grafana-compliance activate",
            "grafana-active-users check --send-test", "grafana-active-users activate",
            "grafana-auto-disable account repair --in-setup",
        ]));
        Assert.That(time.Pauses, Is.EqualTo((TimeSpan[])[TimeSpan.FromSeconds(90)]), "what locks what is new has had its time");
        Assert.That(output.ToString(), Does.StartWith("Some twenty questions follow."));
        Assert.That(output.ToString(), Does.Contain("Grafana's server admins: 1 is admin, 4 is ⟨U+202E⟩nimda\n"));
        Assert.That(
            questions.FindIndex(question => question.Contains("administrators, parted by commas", StringComparison.Ordinal)),
            Is.GreaterThan(questions.FindIndex(question => question.StartsWith("Write this?", StringComparison.Ordinal))),
            "who they are is known when the daemons have their account");
    }

    [Test]
    public async Task Where_Grafana_does_not_say_who_administers_it_somebody_types_it_and_a_wrong_answer_is_asked_again()
    {
        admins = null;
        File.WriteAllText(directory["athena-workers"], "GRAFANA_USER=someone\n");
        var answers = new Queue<string>(["admin", "", "1,7"]);
        var code = await RunAsync(
            new SetupOptions([.. Everything.Where(one => !one.StartsWith("ADMIN_USER_IDS", StringComparison.Ordinal))],
                [$"SMTP_PASSWORD={directory["password"]}", $"TELEGRAM_BOT_TOKEN={directory["token"]}"], null, null),
            question => question.StartsWith("The ids of", StringComparison.Ordinal) ? answers.Dequeue()
                : question.StartsWith("Write this?", StringComparison.Ordinal) ? "Yes" : "");
        Assert.That(code, Is.Zero, output.ToString());
        Assert.That(output.ToString(), Does.Contain("  ADMIN_USER_IDS must be numbers").And.Contain("  ADMIN_USER_IDS is needed."));
        Assert.That(Lines("grafana-compliance"), Does.Contain("ADMIN_USER_IDS=1,7"));
        Assert.That(time.Pauses, Is.Empty, "an account that was there before is not waited for");
    }

    [Test]
    public async Task Repeated_where_all_that_is_needed_is_set_it_announces_no_questions()
    {
        string[] withoutLogin = [.. Everything.Where(one => !one.StartsWith("SMTP_USER", StringComparison.Ordinal))];
        await RunAsync(
            new SetupOptions(withoutLogin, [$"TELEGRAM_BOT_TOKEN={directory["token"]}"], "lindiwe", directory["password"]) { Yes = true });
        output.GetStringBuilder().Clear();
        await RunAsync(new SetupOptions([], [], null, null), _ => "");
        Assert.That(output.ToString(), Does.StartWith("Nothing is to be written: what a fresh host needs is set."));
    }

    [Test]
    public async Task A_script_says_all_and_is_asked_nothing()
    {
        var code = await RunAsync(
            new SetupOptions(Everything, [$"SMTP_PASSWORD={directory["password"]}", $"TELEGRAM_BOT_TOKEN={directory["token"]}"],
                "lindiwe", directory["password"])
            { Yes = true, Activates = true });
        Assert.That(code, Is.Zero, output.ToString());
        var written = EnvironmentFile.Parse(File.ReadAllText(directory["athena-workers"])).Entries;
        Assert.That(
            written.Single(entry => entry.Key == "SMTP_PASSWORD").Value, Is.EqualTo("pä$s 'word\""), "systemd reads it as it is");
        Assert.That(daemons.Ran[0], Is.EqualTo(
            $"grafana-auto-disable account create --in-setup --user lindiwe --password-file {directory["password"]}"));
        Assert.That(daemons.Ran[^1], Is.EqualTo(
            $"grafana-auto-disable account repair --in-setup --user lindiwe --password-file {directory["password"]}"));
        Assert.That(daemons.Ran, Does.Contain("grafana-compliance activate --yes"));
    }

    [Test]
    public async Task What_is_set_stays_and_is_not_asked_for_again()
    {
        File.WriteAllText(directory["athena-workers"], "# Ours\nSMTP_HOST=old.example\n#SMTP_PORT=587\nGRAFANA_USER=someone\n");
        File.WriteAllText(directory["grafana-auto-disable"], "MAIL_TO=old@example.org\n");
        var refused = await RunAsync(new SetupOptions(["SMTP_HOST=new.example"], [], null, null) { Yes = true });
        Assert.That(refused, Is.EqualTo(ExitCode.Usage));
        Assert.That(
            output.ToString(), Does.Contain($"SMTP_HOST: it is set in {directory["athena-workers"]}:2, and stays. Change it there."));

        await RunAsync(new SetupOptions(["SMTP_PORT=25", "OPS_MAIL_TO=ops@example.org"], [], null, null) { Yes = true });
        Assert.That(
            File.ReadAllText(directory["athena-workers"]),
            Does.StartWith("# Ours\nSMTP_HOST=old.example\nSMTP_PORT=25\nGRAFANA_USER=someone\n"));
        Assert.That(File.ReadAllText(directory["grafana-auto-disable"]), Is.EqualTo("MAIL_TO=old@example.org\n"));
        Assert.That(daemons.Ran, Has.None.Contains("account create"), "there is one");
    }

    [Test]
    public async Task One_daemon_that_has_its_own_does_not_answer_for_the_others()
    {
        File.WriteAllText(directory["grafana-auto-disable"], "SMTP_HOST=own.example\n");
        await RunAsync(new SetupOptions(["SMTP_HOST=shared.example"], [], null, null) { Yes = true });
        Assert.That(Shared(), Does.Contain("SMTP_HOST=shared.example"));
        Assert.That(Lines("grafana-auto-disable"), Does.Contain("SMTP_HOST=own.example"));
    }

    [Test]
    public async Task A_daemon_whose_check_fails_is_not_put_in_force_and_the_others_are()
    {
        daemons.Codes["grafana-auto-disable check"] = ExitCode.Fault;
        daemons.Codes["grafana-compliance check"] = ExitCode.Warnings;
        var code = await RunAsync(
            new SetupOptions(Everything, [], "lindiwe", directory["password"]) { Yes = true, Activates = true });
        Assert.That(code, Is.EqualTo(ExitCode.Fault));
        Assert.That(daemons.Ran, Has.None.EqualTo("grafana-auto-disable activate --yes").And.Contain("grafana-compliance activate --yes"));
        Assert.That(output.ToString(), Does.Contain(
            $"The settings stand in {directory["athena-workers"]} and {directory["grafana-auto-disable"]}. "
            + "Then: sudo grafana-auto-disable activate"));
    }

    [Test]
    public async Task A_dry_run_shows_and_does_nothing()
    {
        Assert.That(await RunAsync(new SetupOptions(Everything, [], null, null) { IsDryRun = true }), Is.Zero);
        Assert.That(output.ToString(), Does.Contain("  + MAIL_TO=admins@hospital.example"));
        Assert.That(Directory.GetFiles(directory.Path), Is.EquivalentTo((string[])[directory["password"], directory["token"]]));
        Assert.That(daemons.Ran, Is.Empty);
    }

    [Test]
    public async Task Nothing_is_written_without_a_yes()
    {
        var code = await RunAsync(
            new SetupOptions(Everything, [], null, null), question => question.EndsWith("[yes/no]", StringComparison.Ordinal) ? "" : null);
        Assert.That(code, Is.EqualTo(ExitCode.Fault));
        Assert.That(Directory.GetFiles(directory.Path), Is.EquivalentTo((string[])[directory["password"], directory["token"]]));
        Assert.That(daemons.Ran, Is.Empty);
    }

    [TestCase("--set", "SMTP_PORT=x", "must be a whole number from 1 to 65535")]
    [TestCase("--set", "SMTP_HOST", "must be KEY=VALUE")]
    [TestCase("--set", "POLL_INTERVAL=1s", "setup does not ask for it. It asks for GRAFANA_URL, LOG,")]
    [TestCase("--set", "SMTP_PASSWORD=hunter2", "whoever is on this machine can read it. Write --secret SMTP_PASSWORD=FILE")]
    [TestCase("--secret", "SMTP_PASSWORD=/nowhere", "/nowhere")]
    [TestCase("--set", "ADMIN_USER_IDS=1,anna", "must be numbers")]
    public async Task What_cannot_be_taken_ends_it_before_anything_is_done(string option, string text, string why)
    {
        var options = option == "--set"
            ? new SetupOptions([text], [], null, null) { Yes = true } : new SetupOptions([], [text], null, null) { Yes = true };
        Assert.That(await RunAsync(options), Is.EqualTo(ExitCode.Usage));
        Assert.That(output.ToString(), Does.StartWith(option).And.Contain(why));
        Assert.That(daemons.Ran, Is.Empty);
    }

    [Test]
    public async Task A_secret_that_cannot_be_right_is_refused_as_the_daemon_would_and_not_shown()
    {
        var options = new SetupOptions([], [$"TELEGRAM_BOT_TOKEN={directory["password"]}"], null, null) { Yes = true };
        Assert.That(await RunAsync(options), Is.EqualTo(ExitCode.Usage));
        Assert.That(output.ToString(), Does.Contain("TELEGRAM_BOT_TOKEN: is no token of a bot").And.Not.Contains("word"));
    }

    [Test]
    public async Task Without_a_person_and_without_a_yes_it_says_how()
    {
        Assert.That(await RunAsync(new SetupOptions(Everything, [], null, null)), Is.EqualTo(ExitCode.Usage));
        Assert.That(output.ToString(), Is.EqualTo(
            "Nobody is there to be asked: say the settings with --set and --secret, and --yes.\n"));
    }

    [Test]
    public async Task Deciding_from_a_mail_is_offered_and_off_unless_somebody_says_yes([Values("", "no", "yes")] string answer)
    {
        var questions = new List<string>();
        await RunAsync(Decisive(), question =>
        {
            questions.Add(question);
            return question switch
            {
                _ when question.StartsWith("Shall admins decide", StringComparison.Ordinal) => answer,
                _ when question.EndsWith("[yes/no]", StringComparison.Ordinal) => "yes",
                _ when question.Contains("browsers reach", StringComparison.Ordinal) =>
                    questions.Count(q => q == question) == 1 ? "https://grafana.example/d/" : "https://grafana.example",
                _ when question.Contains("have links", StringComparison.Ordinal) =>
                    questions.Count(q => q == question) == 1 ? "stranger@example.org" : "one@hospital.example, two@hospital.example",
                _ when question.Contains("chat's id", StringComparison.Ordinal) => "-1001",
                _ => "",
            };
        }, hasPage: true);
        var said = output.ToString();
        if (answer != "yes")
        {
            Assert.That(Lines("grafana-auto-disable"), Has.None.StartsWith("DECISION_"));
            Assert.That(said, Does.Not.Contain("decision-pin"));
            return;
        }

        Assert.That(Lines("grafana-auto-disable"), Is.SupersetOf((string[])
        [
            "DECISION_URL=https://grafana.example", "DECISION_MAIL_TO='one@hospital.example, two@hospital.example'",
            "DECISION_IDENTITY=none",
        ]));
        Assert.That(File.Exists(directory["athena-workers-decisions"]), Is.False, "by default it is none there, too");
        Assert.That(said, Does.Contain("DECISION_URL lies under /d/ of Grafana").And.Contain("holds stranger@example.org, which MAIL_TO"));
        Assert.That(said, Does.Contain("  sudo grafana-auto-disable decision-pin set one@hospital.example\n"
            + "  sudo grafana-auto-disable decision-pin set two@hospital.example\n"));
    }

    [TestCase("access", "DECISION_IDENTITY=access")]
    [TestCase("oauth2-proxy", "DECISION_IDENTITY=oauth2-proxy", "DECISION_LISTEN=unix:/run/athena-workers-decisions.sock")]
    public async Task Whose_word_counts_stands_in_both_files_and_then_nobody_needs_a_PIN(string identity, params string[] ofPage)
    {
        string[] access = identity == "access"
            ? ["DECISION_ACCESS_TEAM=https://hospital.cloudflareaccess.com", $"DECISION_ACCESS_AUDIENCE={new string('a', 64)}"]
            : [];
        var options = Decisive(
            [.. access, "DECISION_URL=https://grafana.example", "DECISION_MAIL_TO=one@hospital.example", $"DECISION_IDENTITY={identity}"]);
        Assert.That(await RunAsync(options with { Yes = true }, hasPage: true), Is.Zero, output.ToString());
        Assert.That(Lines("grafana-auto-disable"), Is.SupersetOf(access.Append($"DECISION_IDENTITY={identity}")));
        Assert.That(Lines("athena-workers-decisions"), Is.EqualTo(ofPage));
        Assert.That(output.ToString(), Does.Not.Contain("decision-pin").And.Contain("enable --now athena-workers-decisions.socket"));
    }

    [TestCase("DECISION_URL=https://grafana.example/d/x", "lies under /d/ of Grafana")]
    [TestCase("DECISION_MAIL_TO=stranger@example.org", "holds stranger@example.org, which MAIL_TO does not")]
    [TestCase("DECISION_IDENTITY=nobody", "must be")]
    public async Task What_the_daemon_would_refuse_to_start_with_is_refused_here(string text, string why)
    {
        var options = Decisive(["DECISION_URL=https://grafana.example", "DECISION_MAIL_TO=one@hospital.example"]);
        options = options with { Values = [.. options.Values.Where(one => one.Split('=')[0] != text.Split('=')[0]), text], Yes = true };
        Assert.That(await RunAsync(options, hasPage: true), Is.EqualTo(ExitCode.Usage));
        Assert.That(output.ToString(), Does.StartWith($"--set {text.Split('=')[0]}: ").And.Contain(why));
    }

    [Test]
    public async Task Without_the_page_s_package_it_says_how_to_install_it()
    {
        Assert.That(await RunAsync(Decisive(["DECISION_URL=https://grafana.example"]) with { Yes = true }), Is.EqualTo(ExitCode.Usage));
        Assert.That(output.ToString(), Does.Contain("sudo apt install athena-workers-decisions"));
        output.GetStringBuilder().Clear();
        await RunAsync(Decisive(), question => question.EndsWith("[yes/no]", StringComparison.Ordinal) ? "yes" : "");
        Assert.That(output.ToString(), Does.Contain("Admins can decide from their mails: sudo apt install athena-workers-decisions"));
    }

    [Test]
    public async Task What_is_set_of_decisions_stays_and_only_the_rest_is_asked_for()
    {
        File.WriteAllText(
            directory["grafana-auto-disable"], "MAIL_TO=one@hospital.example\nDECISION_URL=https://old.example\nDECISION_IDENTITY=none\n");
        await RunAsync(
            new SetupOptions(["DECISION_MAIL_TO=one@hospital.example"], [], "lindiwe", directory["password"]) { Yes = true },
            hasPage: true);
        var decisions = Lines("grafana-auto-disable").Where(line => line.StartsWith("DECISION_", StringComparison.Ordinal));
        Assert.That(decisions, Is.EqualTo((string[])
        [
            "DECISION_URL=https://old.example", "DECISION_IDENTITY=none", "DECISION_MAIL_TO=one@hospital.example",
        ]));
    }

    [Test]
    public async Task Deciding_in_the_chat_is_offered_where_there_is_one_and_takes_the_pulse_s_chat()
    {
        await RunAsync(Decisive(), question => question switch
        {
            _ when question.StartsWith("Shall admins decide in the chat", StringComparison.Ordinal) => "yes",
            _ when question.StartsWith("Shall admins decide", StringComparison.Ordinal) => "no",
            _ when question.EndsWith("[yes/no]", StringComparison.Ordinal) => "yes",
            _ when question.StartsWith("Decisions in the chat", StringComparison.Ordinal) => "11=one@hospital.example, 22",
            _ when question.Contains("chat's id", StringComparison.Ordinal) => "-1001",
            _ => "",
        });
        Assert.That(Lines("grafana-auto-disable"), Is.SupersetOf((string[])
        [
            "DECISION_TELEGRAM_USER_IDS='11=one@hospital.example, 22'", $"TELEGRAM_BOT_TOKEN={Token}", "TELEGRAM_CHAT_ID=-1001",
        ]));
        Assert.That(output.ToString(), Does.Contain("Before somebody decides in the chat:\n")
            .And.Contain("  sudo grafana-auto-disable decision-pin set one@hospital.example\n").And.Not.Contain(Token));
    }

    [TestCase("11=stranger@example.org", "holds stranger@example.org, which MAIL_TO does not")]
    [TestCase("Anna", "each begins with a number")]
    public async Task Who_could_not_decide_in_the_chat_is_refused(string ids, string why)
    {
        var options = Decisive($"DECISION_TELEGRAM_USER_IDS={ids}") with { Yes = true };
        Assert.That(await RunAsync(options), Is.EqualTo(ExitCode.Usage));
        Assert.That(output.ToString(), Does.StartWith("--set DECISION_TELEGRAM_USER_IDS: ").And.Contain(why));
    }

    /// <summary>All that is asked besides, and two who decide.</summary>
    private SetupOptions Decisive(params string[] more) => new(
        [.. Everything.Where(one => !one.StartsWith("MAIL_TO=", StringComparison.Ordinal)), Deciders, .. more],
        [$"SMTP_PASSWORD={directory["password"]}", $"TELEGRAM_BOT_TOKEN={directory["token"]}"], "lindiwe", directory["password"]);

    private static GrafanaUser User(long id, string login) =>
        new(id, $"u{id}", login, "", "", IsAdmin: true, IsDisabled: false, [], null, null);

    private string[] Shared() => Lines("athena-workers");

    private string[] Lines(string file) =>
        [.. File.ReadAllLines(directory[file]).Where(line => line.Length > 0 && !line.StartsWith('#'))];

    private Task<int> RunAsync(SetupOptions options, Func<string, string?>? ask = null, bool hasPage = false) => time.PassPausesAsync(
        Command(ask, hasPage).RunAsync(options, CancellationToken.None), TimeSpan.FromMinutes(2));

    private SetupCommand Command(Func<string, string?>? ask, bool hasPage) => new(
        daemons, new Terminal(ask), (_, _) => Task.FromResult(Token),
        daemon => new SettingsSource(
            new Dictionary<string, string> { ["ATHENA_DEFAULTS_DIR"] = directory.Path }, null, directory[daemon],
            directory["athena-workers"]),
        isRoot: true, hasPage, _ => Task.FromResult(admins), time, output);

    private sealed class Fake : IDaemons
    {
        public Dictionary<string, int> Codes { get; } = [];

        public List<string> Ran { get; } = [];

        public IReadOnlyList<string> Names => ["grafana-auto-disable", "grafana-compliance", "grafana-active-users"];

        public Task<Tool.Result> AskAsync(string daemon, IReadOnlyList<string> arguments, CancellationToken cancel) =>
            throw new NotSupportedException();

        public Task<int> RunHereAsync(string daemon, IReadOnlyList<string> arguments, CancellationToken cancel)
        {
            var said = $"{daemon} {string.Join(' ', arguments)}";
            Ran.Add(said);
            return Task.FromResult(Codes.GetValueOrDefault(said));
        }
    }
}
