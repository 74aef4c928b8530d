using Athena.Common.Settings;
using Athena.Workers.Setup;

namespace Athena.Workers.Tests;

/// <summary><c>athena-workers setup</c> where admins decide from their mails or in the chat.</summary>
internal sealed class SetupDecisionTests : SetupStage
{
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
        var said = Output.ToString();
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
        Assert.That(File.Exists(Host["athena-workers-decisions"]), Is.False, "by default it is none there, too");
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
        Assert.That(await RunAsync(options with { Yes = true }, hasPage: true), Is.Zero, Output.ToString());
        Assert.That(Lines("grafana-auto-disable"), Is.SupersetOf(access.Append($"DECISION_IDENTITY={identity}")));
        Assert.That(Lines("athena-workers-decisions"), Is.EqualTo(ofPage));
        Assert.That(Output.ToString(), Does.Not.Contain("decision-pin").And.Contain("enable --now athena-workers-decisions.socket"));
    }

    [TestCase("DECISION_URL=https://grafana.example/d/x", "lies under /d/ of Grafana")]
    [TestCase("DECISION_MAIL_TO=stranger@example.org", "holds stranger@example.org, which MAIL_TO does not")]
    [TestCase("DECISION_IDENTITY=nobody", "must be")]
    public async Task What_the_daemon_would_refuse_to_start_with_is_refused_here(string text, string why)
    {
        var options = Decisive(["DECISION_URL=https://grafana.example", "DECISION_MAIL_TO=one@hospital.example"]);
        options = options with { Values = [.. options.Values.Where(one => one.Split('=')[0] != text.Split('=')[0]), text], Yes = true };
        Assert.That(await RunAsync(options, hasPage: true), Is.EqualTo(ExitCode.Usage));
        Assert.That(Output.ToString(), Does.StartWith($"--set {text.Split('=')[0]}: ").And.Contain(why));
    }

    [Test]
    public async Task Without_the_page_s_package_it_says_how_to_install_it()
    {
        Assert.That(await RunAsync(Decisive(["DECISION_URL=https://grafana.example"]) with { Yes = true }), Is.EqualTo(ExitCode.Usage));
        Assert.That(Output.ToString(), Does.Contain("sudo apt install athena-workers-decisions"));
        Output.GetStringBuilder().Clear();
        await RunAsync(Decisive(), question => question.EndsWith("[yes/no]", StringComparison.Ordinal) ? "yes" : "");
        Assert.That(Output.ToString(), Does.Contain("Admins can decide from their mails: sudo apt install athena-workers-decisions"));
    }

    [Test]
    public async Task What_is_set_of_decisions_stays_and_only_the_rest_is_asked_for()
    {
        File.WriteAllText(
            Host["grafana-auto-disable"], "MAIL_TO=one@hospital.example\nDECISION_URL=https://old.example\nDECISION_IDENTITY=none\n");
        await RunAsync(
            new SetupOptions(["DECISION_MAIL_TO=one@hospital.example"], [], "lindiwe", Host["password"]) { Yes = true },
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
        Assert.That(
            Output.ToString(),
            Does.Contain("/getUpdates, opened once on a machine of your own, has \"from\":{\"id\":…} with their name.\n"));
        Assert.That(Output.ToString(), Does.Contain("Before somebody decides in the chat:\n")
            .And.Contain("  sudo grafana-auto-disable decision-pin set one@hospital.example\n").And.Not.Contain(Token));
    }

    [TestCase("11=stranger@example.org", "holds stranger@example.org, which MAIL_TO does not")]
    [TestCase("Anna", "each begins with a number")]
    public async Task Who_could_not_decide_in_the_chat_is_refused(string ids, string why)
    {
        var options = Decisive($"DECISION_TELEGRAM_USER_IDS={ids}") with { Yes = true };
        Assert.That(await RunAsync(options), Is.EqualTo(ExitCode.Usage));
        Assert.That(Output.ToString(), Does.StartWith("--set DECISION_TELEGRAM_USER_IDS: ").And.Contain(why));
    }
}
