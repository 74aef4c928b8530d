using Athena.Common.Settings;
using Athena.Tests.Shared;
using Athena.Workers.Setup;

namespace Athena.Workers.Tests;

/// <summary><c>athena-workers setup</c>: what is asked, what is written where, and what is left to the daemons' own commands.</summary>
internal sealed class SetupTests : SetupStage
{
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
                _ when question.StartsWith("The time zone", StringComparison.Ordinal) =>
                    questions.Count(q => q == question) == 1 ? "SAST" : "Europe/Berlin",
                _ when question.Contains("chat's id", StringComparison.Ordinal) => "-1001",
                _ when question.Contains("admins' browsers", StringComparison.Ordinal) => "https://grafana.example",
                _ when question.EndsWith("[yes/no]", StringComparison.Ordinal) => "yes",
                _ when question.Contains('[') => "",
                _ => "people@hospital.example",
            };
        });
        Assert.That(code, Is.Zero, Output.ToString());
        Assert.That(Shared(), Is.EqualTo((string[])
        [
            "GRAFANA_URL=http://127.0.0.1:3000", $"LOG={SetupQuestions.All[1].Default}", "TIMEZONE=Europe/Berlin",
            "SMTP_HOST=mail.hospital.example", "SMTP_PORT=2525", "SMTP_SECURITY=starttls", "SMTP_USER=",
            "MAIL_FROM=people@hospital.example", "OPS_MAIL_TO=people@hospital.example",
        ]));
        Assert.That(Lines("grafana-auto-disable"), Does.Contain("GRAFANA_PUBLIC_URL=https://grafana.example"));
        Assert.That(Output.ToString(), Does.Not.Contain("on this host alone").And.Not.Contain("NOT in force"));
        Assert.That(Lines("grafana-compliance"), Is.EqualTo((string[])["REPORT_TO=people@hospital.example", "ADMIN_USER_IDS=1,4"]));
        Assert.That(Lines("grafana-active-users"), Is.EqualTo((string[])[$"TELEGRAM_BOT_TOKEN={Token}", "TELEGRAM_CHAT_ID=-1001"]));
        Assert.That(
            File.GetUnixFileMode(Host["grafana-active-users"]), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(Output.ToString(), Does.Contain("  + TELEGRAM_BOT_TOKEN=(secret)").And.Not.Contains(Token));
        Assert.That(Output.ToString(), Does.Contain("SMTP_PORT must be a whole number from 1 to 65535."));
        Assert.That(Output.ToString(), Does.Contain("TIMEZONE is no time zone of this machine; did you mean Africa/Johannesburg?\n"));
        Assert.That(questions, Has.None.Contains("the password"), "without a login there is no password");
        Assert.That(Daemons.Ran, Is.EqualTo((string[])
        [
            "grafana-auto-disable account create --in-setup",
            "grafana-auto-disable check --in-setup --output json --send-test", "grafana-auto-disable activate --in-setup",
            "grafana-compliance check --in-setup --output json", "grafana-compliance activate --in-setup",
            "grafana-active-users check --in-setup --output json --send-test", "grafana-active-users activate --in-setup",
            "grafana-auto-disable account repair --in-setup",
        ]));
        Assert.That(Time.Pauses, Is.EqualTo((TimeSpan[])[TimeSpan.FromSeconds(90)]), "what locks what is new has had its time");
        Assert.That(Output.ToString(), Does.StartWith("Some twenty questions follow."));
        Assert.That(Output.ToString(), Does.Contain("Grafana's server admins: 1 is admin, 4 is ⟨U+202E⟩nimda\n"));
        Assert.That(
            questions.FindIndex(question => question.Contains("administrators, parted by commas", StringComparison.Ordinal)),
            Is.GreaterThan(questions.FindIndex(question => question.StartsWith("Write this?", StringComparison.Ordinal))),
            "who they are is known when the daemons have their account");
    }

    [Test]
    public async Task Where_Grafana_does_not_say_who_administers_it_somebody_types_it_and_a_wrong_answer_is_asked_again()
    {
        Admins = null;
        File.WriteAllText(Host["athena-workers"], "GRAFANA_USER=someone\n");
        var answers = new Queue<string>(["admin", "", "1,7"]);
        var code = await RunAsync(
            new SetupOptions([.. Everything.Where(one => !one.StartsWith("ADMIN_USER_IDS", StringComparison.Ordinal))],
                [$"SMTP_PASSWORD={Host["password"]}", $"TELEGRAM_BOT_TOKEN={Host["token"]}"], null, null),
            question => question.StartsWith("The ids of", StringComparison.Ordinal) ? answers.Dequeue()
                : question.StartsWith("Write this?", StringComparison.Ordinal) ? "Yes" : "");
        Assert.That(code, Is.Zero, Output.ToString());
        Assert.That(Output.ToString(), Does.Contain("  ADMIN_USER_IDS must be numbers").And.Contain("  ADMIN_USER_IDS is needed."));
        Assert.That(Lines("grafana-compliance"), Does.Contain("ADMIN_USER_IDS=1,7"));
        Assert.That(Time.Pauses, Is.Empty, "an account that was there before is not waited for");
    }

    [Test]
    public async Task Repeated_where_all_that_is_needed_is_set_it_announces_no_questions()
    {
        string[] withoutLogin = [.. Everything.Where(one => !one.StartsWith("SMTP_USER", StringComparison.Ordinal))];
        await RunAsync(
            new SetupOptions(
                [.. withoutLogin, "SMTP_USER=", "GRAFANA_PUBLIC_URL=", "TIMEZONE=Europe/Berlin"],
                [$"TELEGRAM_BOT_TOKEN={Host["token"]}"], "lindiwe", Host["password"])
            { Yes = true });
        Output.GetStringBuilder().Clear();
        await RunAsync(new SetupOptions([], [], null, null), _ => "");
        Assert.That(Output.ToString(), Does.StartWith("Nothing is to be written: what a fresh host needs is set."));
    }

    [Test]
    public async Task A_script_says_all_and_is_asked_nothing()
    {
        var code = await RunAsync(
            new SetupOptions(Everything, [$"SMTP_PASSWORD={Host["password"]}", $"TELEGRAM_BOT_TOKEN={Host["token"]}"],
                "lindiwe", Host["password"])
            { Yes = true, Activates = true });
        Assert.That(code, Is.Zero, Output.ToString());
        var written = EnvironmentFile.Parse(File.ReadAllText(Host["athena-workers"])).Entries;
        Assert.That(
            written.Single(entry => entry.Key == "SMTP_PASSWORD").Value, Is.EqualTo("pä$s 'word\""), "systemd reads it as it is");
        Assert.That(Daemons.Ran[0], Is.EqualTo(
            $"grafana-auto-disable account create --in-setup --user lindiwe --password-file {Host["password"]}"));
        Assert.That(Daemons.Ran[^1], Is.EqualTo(
            $"grafana-auto-disable account repair --in-setup --user lindiwe --password-file {Host["password"]}"));
        Assert.That(Daemons.Ran, Does.Contain("grafana-compliance activate --yes --in-setup"));
    }

    [Test]
    public async Task What_is_set_stays_and_is_not_asked_for_again()
    {
        File.WriteAllText(Host["athena-workers"], "# Ours\nSMTP_HOST=old.example\n#SMTP_PORT=587\nGRAFANA_USER=someone\n");
        File.WriteAllText(Host["grafana-auto-disable"], "MAIL_TO=old@example.org\n");
        var refused = await RunAsync(new SetupOptions(["SMTP_HOST=new.example"], [], null, null) { Yes = true });
        Assert.That(refused, Is.EqualTo(ExitCode.Usage));
        Assert.That(
            Output.ToString(), Does.Contain($"SMTP_HOST: it is set in {Host["athena-workers"]}:2, and stays. Change it there."));

        await RunAsync(new SetupOptions(["SMTP_PORT=25", "OPS_MAIL_TO=ops@example.org"], [], null, null) { Yes = true });
        Assert.That(
            File.ReadAllText(Host["athena-workers"]),
            Does.StartWith("# Ours\nSMTP_HOST=old.example\nSMTP_PORT=25\nGRAFANA_USER=someone\n"));
        Assert.That(File.ReadAllText(Host["grafana-auto-disable"]), Is.EqualTo("MAIL_TO=old@example.org\n"));
        Assert.That(Daemons.Ran, Has.None.Contains("account create"), "there is one");
    }

    [Test]
    public async Task One_daemon_that_has_its_own_does_not_answer_for_the_others()
    {
        File.WriteAllText(Host["grafana-auto-disable"], "SMTP_HOST=own.example\n");
        await RunAsync(new SetupOptions(["SMTP_HOST=shared.example"], [], null, null) { Yes = true });
        Assert.That(Shared(), Does.Contain("SMTP_HOST=shared.example"));
        Assert.That(Lines("grafana-auto-disable"), Does.Contain("SMTP_HOST=own.example"));
    }

    [Test]
    public async Task A_daemon_whose_check_fails_is_not_put_in_force_and_the_others_are()
    {
        Daemons.Codes["grafana-auto-disable check --in-setup --output json"] = ExitCode.Fault;
        Daemons.Codes["grafana-compliance check --in-setup --output json"] = ExitCode.Warnings;
        var code = await RunAsync(
            new SetupOptions(Everything, [], "lindiwe", Host["password"]) { Yes = true, Activates = true });
        Assert.That(code, Is.EqualTo(ExitCode.Fault));
        Assert.That(
            Daemons.Ran,
            Has.None.StartsWith("grafana-auto-disable activate").And.Contain("grafana-compliance activate --yes --in-setup"));
        Assert.That(Output.ToString(), Does.Contain(
            $"The settings stand in {Host["athena-workers"]} and {Host["grafana-auto-disable"]}. "
            + "Then: sudo grafana-auto-disable activate"));
        Assert.That(Output.ToString(), Does.Contain("NOT in force: grafana-auto-disable. What to mend stands above"));
    }

    [Test]
    public async Task What_is_in_force_is_not_put_in_force_again_and_starts_anew_where_something_was_written()
    {
        InForce.AddRange(Daemons.Names);
        File.WriteAllText(Host["athena-workers"], "GRAFANA_USER=someone\n");
        Daemons.Codes["grafana-compliance check --in-setup --output json"] = ExitCode.Fault;
        var questions = new List<string>();
        Task<int> Once() => RunAsync(
            new SetupOptions(Everything, [$"SMTP_PASSWORD={Host["password"]}", $"TELEGRAM_BOT_TOKEN={Host["token"]}"], null, null),
            question =>
            {
                questions.Add(question);
                return question.StartsWith("Write this?", StringComparison.Ordinal) ? "yes" : "";
            });
        Assert.That(await Once(), Is.EqualTo(ExitCode.Fault));
        Assert.That(questions, Has.None.Contains("in force"));
        Assert.That(Daemons.Ran, Has.None.Contains("activate"));
        Assert.That(Output.ToString(), Does.Contain("when it starts anew: sudo systemctl restart grafana-auto-disable\n")
            .And.Contain("It is in force all the same. Mend that; each line says how.")
            .And.Contain("Then: sudo systemctl restart grafana-compliance\n").And.Not.Contain("NOT in force"));

        Output.GetStringBuilder().Clear();
        await RunAsync(new SetupOptions([], [], null, null), _ => "");
        Assert.That(Output.ToString(), Does.Contain("== grafana-auto-disable\nIt is in force already, and starts at boot.\n"));
    }

    [Test]
    public async Task With_yes_nobody_is_asked_at_a_terminal_either()
    {
        var code = await RunAsync(
            new SetupOptions(Everything, [$"SMTP_PASSWORD={Host["password"]}", $"TELEGRAM_BOT_TOKEN={Host["token"]}"], "lindiwe",
                Host["password"])
            { Yes = true },
            question => throw new InvalidOperationException(question), hasPage: true);
        Assert.That(code, Is.Zero, Output.ToString());
        Assert.That(Daemons.Ran, Has.None.Contains("activate"));
        Assert.That(Output.ToString(), Does.Contain("To put it in force: sudo grafana-auto-disable activate"));
    }

    [Test]
    public async Task A_dry_run_shows_and_does_nothing()
    {
        Assert.That(await RunAsync(new SetupOptions(Everything, [], null, null) { IsDryRun = true }), Is.Zero);
        Assert.That(Output.ToString(), Does.Contain("  + MAIL_TO=admins@hospital.example"));
        Assert.That(Directory.GetFiles(Host.Path), Is.EquivalentTo((string[])[Host["password"], Host["token"]]));
        Assert.That(Daemons.Ran, Is.Empty);
    }

    [Test]
    public void The_page_that_shows_a_session_shows_the_questions_that_are_asked()
    {
        var page = File.ReadAllText(Repository.PathOf("docs/install.md"));
        Assert.That(
            SetupQuestions.All.Where(question => question.Needs is null && question.After is null && question != SetupQuestions.Buttons)
                .Where(question => !question.IsOfDecisions).Select(question => question.Text).Where(text => !page.Contains(text)),
            Is.Empty);
    }

    [Test]
    public async Task Nothing_is_written_without_a_yes()
    {
        var code = await RunAsync(
            new SetupOptions(Everything, [], null, null), question => question.EndsWith("[yes/no]", StringComparison.Ordinal) ? "" : null);
        Assert.That(code, Is.EqualTo(ExitCode.Fault));
        Assert.That(Directory.GetFiles(Host.Path), Is.EquivalentTo((string[])[Host["password"], Host["token"]]));
        Assert.That(Daemons.Ran, Is.Empty);
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
        Assert.That(Output.ToString(), Does.StartWith(option).And.Contain(why));
        Assert.That(Daemons.Ran, Is.Empty);
    }

    [Test]
    public async Task A_secret_that_cannot_be_right_is_refused_as_the_daemon_would_and_not_shown()
    {
        var options = new SetupOptions([], [$"TELEGRAM_BOT_TOKEN={Host["password"]}"], null, null) { Yes = true };
        Assert.That(await RunAsync(options), Is.EqualTo(ExitCode.Usage));
        Assert.That(Output.ToString(), Does.Contain("TELEGRAM_BOT_TOKEN: is no token of a bot").And.Not.Contains("word"));
    }

    [Test]
    public async Task Without_a_person_and_without_a_yes_it_says_how()
    {
        Assert.That(await RunAsync(new SetupOptions(Everything, [], null, null)), Is.EqualTo(ExitCode.Usage));
        Assert.That(Output.ToString(), Is.EqualTo(
            "Nobody is there to be asked: say the settings with --set and --secret, and --yes.\n"));
    }
}
