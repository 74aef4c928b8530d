using System.Globalization;
using Athena.EndToEnd.Harness;

namespace Athena.EndToEnd;

/// <summary>grafana-compliance set up otherwise than it should be: what it then says, to whom, and what not.</summary>
internal sealed class ComplianceSetupTests
{
    [Test]
    public async Task Without_an_account_hours_are_in_use_or_not_seen_and_First2Lead_is_told_nothing()
    {
        await using var lab = await ComplianceLab.OpenAsync(hours: 4);
        lab.Program.Settings.Remove("GRAFANA_USER");
        lab.Program.Settings.Remove("GRAFANA_PASSWORD");
        var daemon = lab.RunDaemon();
        await daemon.SaysAsync("No account in Grafana is set");
        await Eventually.TrueAsync(() => lab.Decisions().Count == 4 && lab.Mail.Mails.Count > 0, "four decisions and a mail", lab.Story);
        Assert.Multiple(() =>
        {
            Assert.That(lab.Decisions().Select(decision => decision.Verdict.Split(',')[0]), Is.EqualTo(
                new[] { "not-seen", "in-use", "not-seen", "not-seen" }));
            Assert.That(
                lab.Mail.Mails.SelectMany(mail => mail.To), Is.EqualTo(new[] { ComplianceLab.Ops }), "one mail a day for one cause");
            Assert.That(lab.Mail.Mails.Select(mail => mail.Text), Is.All.Contains("First2Lead was not notified"));
        });
        var check = await lab.Program.RunAsync("check");
        Assert.That(check.Text, Does.Contain("an hour can only be found in use or not seen"));
        Assert.That(check.ExitCode, Is.EqualTo(1), check.Text);
    }

    [Test]
    public async Task While_Grafana_does_not_answer_status_says_so_and_since_which_question()
    {
        await using var lab = await ComplianceLab.OpenAsync(hours: 1);
        await lab.Grafana.StopListeningAsync();
        lab.RunDaemon();
        var said = "";
        await Eventually.TrueAsync(
            async () => (said = (await lab.Program.RunAsync("status")).Output).Contains("did not answer at", StringComparison.Ordinal),
            "status knows", () => $"{said}\n{lab.Story()}");
        Assert.That(said, Does.Match(@"State .*; Grafana did not answer at").And.Match(@"\nGrafana +http.*; did not answer at [0-9:]+"));
    }

    /// <summary>
    /// As Grafana makes each account: a server admin is Viewer in its organisation, and is refused the service accounts there.
    /// </summary>
    [Test]
    public async Task With_a_server_admin_who_is_a_Viewer_every_hour_is_decided_and_our_people_are_told_once_how_to_give_it_the_rest()
    {
        await using var lab = await ComplianceLab.OpenAsync(hours: 4, workerRole: "Viewer");
        var daemon = lab.RunDaemon();
        await lab.IsDoneAsync(4);
        await Eventually.TrueAsync(() => lab.Mail.Mails.Any(mail => mail.To.Contains(ComplianceLab.Ops)), "the warning", lab.Story);
        var check = await lab.Program.RunAsync("check");
        var repaired = await lab.Program.RunAsync("account", "repair");
        var after = await lab.Program.RunAsync("check");
        Assert.Multiple(() =>
        {
            Assert.That(
                lab.Decisions().Select(decision => decision.Verdict.Split(',')[0]),
                Is.EqualTo(new[] { "only-admins", "in-use", "only-admins", "only-admins" }),
                daemon.Output);
            Assert.That(
                lab.Mail.Mails.Single(mail => mail.To.Contains(ComplianceLab.Ops)).Text!.ReplaceLineEndings(" ")
                    .Replace("\u200b", "", StringComparison.Ordinal),
                Does.Contain("serviceaccounts:read").And.Contain("sudo grafana-compliance account repair"));
            Assert.That(check.ExitCode, Is.EqualTo(2), check.Text);
            Assert.That(check.Output, Does.Contain("lacks the permission serviceaccounts:read").And.Contain("account repair"));
            Assert.That(repaired.ExitCode, Is.Zero, repaired.Text);
            Assert.That(after.Output, Does.Contain("Who is who: ").And.Not.Contain("serviceaccounts:read"), after.Text);
        });
    }

    [Test]
    public async Task With_an_administrators_own_account_they_do_not_vanish_and_every_report_says_that_it_is_shared()
    {
        await using var lab = await ComplianceLab.OpenAsync(hours: 1);
        (lab.Program.Settings["GRAFANA_USER"], lab.Program.Settings["GRAFANA_PASSWORD"]) = ("second-admin", ComplianceLab.Password);
        lab.RunDaemon();
        await Eventually.TrueAsync(
            () => lab.Mail.Mails.Any(mail => mail.To.Contains(ComplianceLab.Lead))
                && lab.Mail.Mails.Any(mail => mail.To.Contains(ComplianceLab.Ops)),
            "the report and the warning",
            lab.Story);
        var check = await lab.Program.RunAsync("check");
        Assert.Multiple(() =>
        {
            Assert.That(lab.Mail.Mails.First(mail => mail.To.Contains(ComplianceLab.Lead)).Text, Does.Contain("The account is shared"));
            Assert.That(
                lab.Mail.Mails.First(mail => mail.To.Contains(ComplianceLab.Ops)).Text!.ReplaceLineEndings(" "),
                Does.Contain("Give it an account of its own"));
            Assert.That(check.Text, Does.Contain("Give it an account of its own"), check.ToString());
        });
    }

    [Test]
    public async Task Check_says_that_somebody_uses_the_daemons_account()
    {
        await using var lab = await ComplianceLab.OpenAsync(hours: 1);
        var before = await lab.Program.RunAsync("check");
        await lab.UseTheDaemonsAccountAsync();
        var after = await lab.Program.RunAsync("check");
        Assert.Multiple(() =>
        {
            Assert.That(before.Output, Does.Contain("all of them theirs"), before.Text);
            Assert.That(
                after.Output, Does.Contain("that no daemon makes: somebody uses it").And.Contain("account create --replace"), after.Text);
            Assert.That(after.ExitCode, Is.EqualTo(2), after.Text);
        });
    }

    [Test]
    public async Task A_second_one_is_refused_and_when_the_evidence_is_gone_the_verdict_is_still_told()
    {
        await using var lab = await ComplianceLab.OpenAsync(hours: 2);
        var first = lab.RunDaemon();
        await lab.IsDoneAsync(2);
        var second = lab.RunDaemon();
        Assert.That(await second.EndsAsync(), Is.Not.Zero, second.Output);
        Assert.That((await first.StopAsync()).ExitCode, Is.Zero);

        Directory.Delete(Path.Combine(lab.StateDirectory, "evidence"), recursive: true);
        var told = await lab.Program.RunAsync("explain", lab.LastEnd.ToString("yyyy-MM-dd'T'HH:mmzzz", CultureInfo.InvariantCulture));
        Assert.That(
            told.Output,
            Does.Contain("the verdict alone").And.Contain("only administrators").And.Not.Contain("ward-occupancy"),
            told.ToString());
        var never = await lab.Program.RunAsync("explain", "2020-01-01T10:00");
        Assert.That(never.Text, Does.Contain("Nothing is kept"));
        Assert.That(never.ExitCode, Is.EqualTo(1));
    }
}
