using Athena.Common.Checks;
using Athena.Common.Grafana.Api;
using Athena.Common.Settings;
using Athena.Workers.Setup;

namespace Athena.Workers.Tests;

/// <summary><c>athena-workers setup</c>: answers are tried and remembered, and nothing is said twice.</summary>
internal sealed class SetupAnswerTests : SetupStage
{
    private readonly List<string> asked = [];

    [SetUp]
    public void NobodyWasAsked() => asked.Clear();

    [Test]
    public async Task A_token_and_a_chat_that_Telegram_refuses_are_asked_for_again()
    {
        Trials = (key, known) => (key, known(key)) switch
        {
            (SetupQuestions.Token, _) when Secrets.Count == 1 => new SetupTrial(TrialStanding.Refused, "the bot's token is not valid"),
            (SetupQuestions.Token, _) => new SetupTrial(TrialStanding.Works, "knows the bot as \"Athena\""),
            (SetupQuestions.ChatId, "-1") => new SetupTrial(TrialStanding.Refused, "there is no chat -1"),
            (SetupQuestions.ChatId, _) => new SetupTrial(TrialStanding.Works, "chat -1001 is the group \"On call\""),
            _ => null,
        };
        Assert.That(await RunAsync(), Is.Zero, Output.ToString());
        Assert.That((Secrets.Count, Times("The chat's id")), Is.EqualTo((2, 2)));
        Assert.That(
            Output.ToString(),
            Does.Contain("  the bot's token is not valid\n  knows the bot as \"Athena\"\n  Post /id in the group; then https://")
                .And.Contain("has \"chat\":{\"id\":-…}.\n  there is no chat -1\n  chat -1001 is"), "where to find it is said once");
        Assert.That(Lines("grafana-active-users"), Is.EqualTo((string[])[$"TELEGRAM_BOT_TOKEN={Token}", "TELEGRAM_CHAT_ID=-1001"]));
    }

    [Test]
    public async Task One_that_is_refused_each_time_is_not_written_and_asked_for_the_next_time()
    {
        Trials = (key, _) => key == SetupQuestions.Token ? new SetupTrial(TrialStanding.Refused, "the bot's token is not valid") : null;
        await RunAsync();
        Assert.That(Secrets, Has.Count.EqualTo(3));
        Assert.That(Output.ToString(), Does.Contain("  TELEGRAM_BOT_TOKEN: It is left out: setup asks for it the next time."));
        Assert.That(Lines("grafana-active-users"), Has.None.StartsWith("TELEGRAM_BOT_TOKEN"));
    }

    [Test]
    public async Task A_host_without_a_way_out_is_told_so_and_goes_on()
    {
        Trials = (key, _) => key == SetupQuestions.Token ? new SetupTrial(TrialStanding.NotAsked, "It could not be tried") : null;
        Assert.That(await RunAsync(), Is.Zero);
        Assert.That(Secrets, Has.Count.EqualTo(1));
        Assert.That(Lines("grafana-active-users"), Does.Contain($"TELEGRAM_BOT_TOKEN={Token}"));
    }

    [Test]
    public async Task A_mail_server_that_does_not_answer_is_asked_for_again_where_somebody_wants_that([Values("yes", "no")] string again)
    {
        Trials = (key, known) => key == "SMTP_SECURITY" && known("SMTP_HOST") == "mail.hospital.example"
            ? new SetupTrial(TrialStanding.DoesNotWork, "mail.hospital.example has no address")
            : null;
        Assert.That(await RunAsync(question => question.StartsWith("Type it once more?", StringComparison.Ordinal) ? again
            : question.Contains("its name", StringComparison.Ordinal) && Times("Mail server: its name") > 1 ? "mail2.hospital.example"
            : null), Is.Zero);
        Assert.That(Shared(), Does.Contain(again == "yes" ? "SMTP_HOST=mail2.hospital.example" : "SMTP_HOST=mail.hospital.example"));
        Assert.That(Times("Mail server: its port"), Is.EqualTo(again == "yes" ? 2 : 1), "the server is asked for as a whole");
        Assert.That(
            Output.ToString().Contains("To change it: SMTP_HOST, SMTP_PORT, SMTP_SECURITY in ", StringComparison.Ordinal),
            Is.EqualTo(again == "no"));
    }

    [Test]
    public async Task A_server_that_offers_no_login_is_not_asked_for_one()
    {
        Trials = (key, _) => key == "SMTP_SECURITY"
            ? new SetupTrial(TrialStanding.Works, "mail.hospital.example:587 answers") { OffersLogin = false }
            : null;
        await RunAsync();
        Assert.That(asked, Has.None.Contains("the login"));
        Assert.That(Output.ToString(), Does.Contain("answers\n  It offers no login, and none is asked for.\n"));
        Assert.That(Shared(), Does.Contain("SMTP_USER="), "and the next time neither");
    }

    [Test]
    public async Task Where_the_mail_server_does_not_work_a_login_is_typed_only_by_who_wants_that([Values("yes", "no")] string wanted)
    {
        var works = false;
        Trials = (key, _) => key != "SMTP_SECURITY" ? null
            : works ? new SetupTrial(TrialStanding.Works, "it answers") { OffersLogin = true }
            : new SetupTrial(TrialStanding.DoesNotWork, "it does not offer STARTTLS");
        string? Answer(string question) => question.StartsWith("A login cannot be tried", StringComparison.Ordinal) ? wanted
            : question.StartsWith("Type it once more?", StringComparison.Ordinal) ? "no"
            : question.Contains("the login", StringComparison.Ordinal) ? "athena"
            : null;
        await RunAsync(Answer);
        Assert.That((Times("Mail server: the login"), Secrets.Count), Is.EqualTo(wanted == "yes" ? (1, 2) : (0, 1)));
        Assert.That(Shared().Contains("SMTP_USER=athena"), Is.EqualTo(wanted == "yes"));
        if (wanted == "yes") return;

        Assert.That(Output.ToString(), Does.Contain("  SMTP_USER: It is left out: setup asks for it the next time."));
        asked.Clear();
        Output.GetStringBuilder().Clear();
        await RunAsync(Answer);
        Assert.That(Output.ToString(), Does.Contain(
            "it does not offer STARTTLS. To change it: SMTP_HOST, SMTP_PORT, SMTP_SECURITY in " + Host["athena-workers"]));
        works = true;
        await RunAsync(Answer);
        Assert.That(Shared(), Does.Contain("SMTP_USER=athena"), "it works now, and was asked for");
    }

    [Test]
    public async Task No_to_what_is_shown_goes_through_the_questions_once_more_with_the_answers_in_brackets()
    {
        SecretAnswers.Enqueue("hunter2");
        SecretAnswers.Enqueue(Token);
        SecretAnswers.Enqueue("");
        SecretAnswers.Enqueue("");
        Assert.That(await RunAsync(question => question switch
        {
            _ when question.StartsWith("Write this?", StringComparison.Ordinal) => Times("Write this?") == 1 ? "no" : "yes",
            _ when question.StartsWith("Go through the questions", StringComparison.Ordinal) => "yes",
            _ when question.StartsWith("The address that mails come from", StringComparison.Ordinal) =>
                question.Contains('[') ? "right@hospital.example" : "wrong@hospital.example",
            _ when question.Contains("its name", StringComparison.Ordinal) => question.Contains('[') ? "" : "mail.hospital.example",
            _ when question.Contains("the login", StringComparison.Ordinal) => question.Contains('[') ? "" : "athena",
            _ when question.StartsWith("Where the links", StringComparison.Ordinal) =>
                question.Contains('[') ? "-" : "https://grafana.example",
            _ => null,
        }), Is.Zero, Output.ToString());
        Assert.That(Shared(), Is.SupersetOf((string[])
        [
            "SMTP_HOST=mail.hospital.example", "MAIL_FROM=right@hospital.example", "SMTP_USER=athena", "SMTP_PASSWORD=hunter2",
        ]));
        Assert.That(Lines("grafana-auto-disable"), Does.Contain("GRAFANA_PUBLIC_URL="), "a dash takes away what stands in brackets");
        Assert.That(Lines("grafana-active-users"), Does.Contain($"TELEGRAM_BOT_TOKEN={Token}"));
        Assert.That(Secrets[^1], Does.EndWith("[as typed before]:"));
        Assert.That(string.Concat(asked) + Output, Does.Not.Contain("hunter2"));
    }

    [Test]
    public async Task What_was_left_empty_knowingly_is_not_asked_for_again()
    {
        await RunAsync();
        Assert.That(Shared(), Does.Contain("SMTP_USER="));
        Assert.That(Lines("grafana-auto-disable"), Does.Contain("GRAFANA_PUBLIC_URL="));
        Assert.That(Output.ToString(), Does.Contain("lead to http://127.0.0.1:3000, which opens on this host alone"));
        asked.Clear();
        Output.GetStringBuilder().Clear();
        await RunAsync();
        Assert.That(asked, Has.None.StartsWith("Mail server").And.None.StartsWith("Where the links"));
        Assert.That(Output.ToString(), Does.StartWith("Nothing is to be written"));
    }

    [Test]
    public async Task A_wrong_password_of_the_admin_is_asked_for_again_and_what_is_left_then_is_told_without_an_introduction()
    {
        Daemons.Codes["grafana-auto-disable account create --in-setup"] = ExitCode.Fault;
        Assert.That(await RunAsync(admin: null), Is.EqualTo(ExitCode.Fault));
        Assert.That(Daemons.Ran.Count(one => one.Contains("account create", StringComparison.Ordinal)), Is.EqualTo(3));
        Assert.That(Output.ToString(), Does.StartWith("Some twenty questions follow."));
        Output.GetStringBuilder().Clear();
        await RunAsync(question => question.StartsWith("Try that", StringComparison.Ordinal) ? "no" : null, admin: null);
        Assert.That(Daemons.Ran.Count(one => one.Contains("account create", StringComparison.Ordinal)), Is.EqualTo(4));
        Assert.That(
            Output.ToString(),
            Does.Not.Contain("questions follow").And.EndWith("When that is mended: sudo athena-workers setup\n"));
    }

    [TestCase("Mail server: its port", "Stopped. Nothing was written. To begin again: sudo athena-workers setup")]
    [TestCase("Send test mails", "Stopped. What was written stays (")]
    public async Task Ctrl_C_at_a_question_ends_it_and_it_says_what_stands(string question, string said)
    {
        using var stop = new CancellationTokenSource();
        var code = await RunAsync(
            asked =>
            {
                if (!asked.StartsWith(question, StringComparison.Ordinal)) return null;
                stop.Cancel();
                throw new OperationCanceledException();
            },
            cancel: stop.Token);
        Assert.That(code, Is.EqualTo(ExitCode.Interrupted));
        Assert.That(Output.ToString().TrimEnd('\n').Split('\n')[^1], Does.StartWith(said));
        Assert.That(File.Exists(Host["athena-workers"]), Is.EqualTo(said.Contains("stays", StringComparison.Ordinal)));
    }

    [Test]
    public async Task What_cannot_be_written_is_said_and_what_was_is_named()
    {
        Directory.CreateDirectory(Host["grafana-compliance"]); // In the place of a file, as little writable as on a full disk.
        Assert.That(await RunAsync(), Is.EqualTo(ExitCode.Fault));
        Assert.That(
            Output.ToString(),
            Does.Contain($"Written before that: {Host["athena-workers"]}, {Host["grafana-auto-disable"]}; each file is whole")
                .And.EndWith("When that is mended: sudo athena-workers setup\n"));
        Assert.That(Daemons.Ran, Is.Empty);
    }

    [Test]
    public async Task What_one_check_has_said_the_next_does_not_say_again()
    {
        foreach (var daemon in Daemons.Names)
        {
            var report = new CheckReport();
            report.Warn("verify_email_enabled is off", "Set it.");
            report.Ok("Grafana answers");
            report.Fail("No way out");
            Daemons.Found[daemon] = report;
        }

        await RunAsync();
        var said = Output.ToString();
        Assert.Multiple(() =>
        {
            Assert.That(said.Split("verify_email_enabled is off"), Has.Length.EqualTo(2));
            Assert.That(said.Split("ok      And 1 as above\nwarning And 1 as above\n"), Has.Length.EqualTo(3));
            Assert.That(said.Split("FAILED  No way out"), Has.Length.EqualTo(4), "what fails is said of each");
        });
    }

    [Test]
    public async Task A_script_does_not_take_the_host_s_time_zone_unseen()
    {
        await RunAsync(new SetupOptions(["SMTP_HOST=mail.hospital.example"], [], null, null) { Yes = true });
        Assert.That(Shared(), Has.None.StartsWith("TIMEZONE").And.Contain("SMTP_PORT=587"));
    }

    [Test]
    public void The_host_s_time_zone_is_its_link_else_its_file_and_only_one_that_there_is()
    {
        Assert.That(HostZone.Of(Host.Path), Is.Null);
        File.WriteAllText(Host["timezone"], "Africa/Johannesburg\n");
        Assert.That(HostZone.Of(Host.Path), Is.EqualTo("Africa/Johannesburg"));
        File.CreateSymbolicLink(Host["localtime"], "/usr/share/zoneinfo/Europe/Berlin");
        Assert.That(HostZone.Of(Host.Path), Is.EqualTo("Europe/Berlin"));
        File.Delete(Host["localtime"]);
        File.WriteAllText(Host["timezone"], "Nowhere/At_All\n");
        Assert.That(HostZone.Of(Host.Path), Is.Null);
    }

    [Test]
    public void People_alone_are_proposed_as_administrators() => Assert.That(
        ServerAdmins.People(
            [
                Admin(9, "athena-workers-7f3a"), Admin(4, "athena-admin"), Admin(1, "admin"), Admin(12, "athena-workers-48ca6e2bd409"),
                Admin(13, "own"), Admin(5, "left") with { IsDisabled = true }, Admin(6, "viewer") with { IsAdmin = false },
            ],
            "own").Select(one => one.Id),
        Is.EqualTo((long[])[1, 4]));

    private static GrafanaUser Admin(long id, string login) =>
        new(id, $"u{id}", login, "", "", IsAdmin: true, IsDisabled: false, [], null, null);

    private int Times(string beginning) => asked.Count(question => question.StartsWith(beginning, StringComparison.Ordinal));

    private Task<int> RunAsync(
        Func<string, string?>? answer = null, string? admin = "lindiwe", CancellationToken cancel = default) => RunAsync(
        new SetupOptions([], [], admin, admin is null ? null : Host["password"]),
        question =>
        {
            asked.Add(question);
            return answer?.Invoke(question) ?? question switch
            {
                _ when question.Contains("its name", StringComparison.Ordinal) => "mail.hospital.example",
                _ when question.StartsWith("The chat's id", StringComparison.Ordinal) => Times("The chat's id") == 1 ? "-1" : "-1001",
                _ when question.StartsWith("Write this?", StringComparison.Ordinal)
                    || question.StartsWith("Try that", StringComparison.Ordinal) => "yes",
                _ when question.Contains('[') || question.Contains("nothing where", StringComparison.Ordinal) => "",
                _ => "people@hospital.example",
            };
        },
        cancel: cancel);
}
