using Athena.EndToEnd.Harness;
using Athena.Sandbox;

namespace Athena.EndToEnd;

/// <summary>Whoever comes, however they come, is locked.</summary>
internal sealed class LockingTests
{
    [Test]
    public async Task A_sign_up_is_locked_by_way_of_the_log()
    {
        await using var lab = await Lab.OpenAsync();
        await lab.StartDaemonAsync();
        using var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        await lab.IsLockedAsync("new@example.net");
        Assert.That(await stranger.IsInsideAsync(), Is.False);

        var mail = await lab.MailAsync("Locked, waiting for you: New Body <new@example.net>");
        Assert.Multiple(() =>
        {
            Assert.That(mail.To, Is.EquivalentTo(new[] { Lab.FirstAdmin, Lab.SecondAdmin }));
            Assert.That(mail.Text, Does.Contain("There is")
                .And.Contain($"/admin/users/edit/{lab.Account("new@example.net").Uid}")
                .And.Contain("the sign-up form"));
            Assert.That(mail.Root.Header("Auto-Submitted"), Is.EqualTo("auto-generated"));
        });
    }

    [Test]
    public async Task A_sign_up_is_locked_without_any_log()
    {
        await using var lab = await Lab.OpenAsync(pollInterval: "1s");
        lab.Program.Settings["LOG"] = "file:" + lab["no-such.log"];
        var daemon = await lab.StartDaemonAsync();
        await daemon.SaysAsync("The log cannot be read; new accounts are found by the user list alone.");
        using var stranger = await lab.SignUpAsync("new@example.net");
        await lab.IsLockedAsync("new@example.net");
    }

    [Test]
    public async Task A_sign_up_is_locked_by_way_of_a_log_without_requests()
    {
        await using var lab = await Lab.OpenAsync(new StandInOptions { RouterLogging = false });
        await lab.StartDaemonAsync();
        using var stranger = await lab.SignUpAsync("new@example.net");
        await lab.IsLockedAsync("new@example.net");
        Assert.That(await File.ReadAllTextAsync(Path.Combine(lab.Logs.FullName, "grafana.log")), Does.Not.Contain("signup/step2"));
    }

    [Test]
    public async Task A_user_made_by_an_admin_is_locked_and_the_mail_says_by_whom()
    {
        await using var lab = await Lab.OpenAsync();
        await lab.StartDaemonAsync();
        await lab.Admin.AskAsync(
            "POST", "/api/admin/users", new { name = "Made", email = "made@example.net", login = "made", password = "lab-User-1" });
        await lab.IsLockedAsync("made");
        var mail = await lab.MailAsync("Locked, waiting for you: Made");
        Assert.That(mail.Text, Does.Contain("probably created by the administrator lindiwe"));
    }

    [Test]
    public async Task A_user_who_takes_another_name_at_once_is_locked()
    {
        await using var lab = await Lab.OpenAsync();
        await lab.StartDaemonAsync();

        // Before the look-up by the e-mail of the log can find them: our first calls come late.
        lab.Grafana.Faults.Slowness = TimeSpan.FromMilliseconds(100);
        using var stranger = await lab.SignUpAsync("first@example.net", login: "first");
        var account = lab.Account("first");
        lab.Grafana.Database.Rename(account, "second", "second@example.net");
        account.Name = "Second Name";
        lab.Grafana.Faults.Clear();
        await lab.IsLockedAsync("second");
        await lab.MailAsync("Locked, waiting for you: Second Name <second@example.net>");
    }

    [Test]
    public async Task A_login_that_imitates_a_colleague_is_locked_and_the_colleague_is_not()
    {
        await using var lab = await Lab.OpenAsync();
        await lab.StartDaemonAsync();
        var colleague = lab.Account("colleague1");
        using var byId = await lab.SignUpAsync("i1@example.net", "Id thief", $"{colleague.Id}");
        using var byUid = await lab.SignUpAsync("i2@example.net", "Uid thief", colleague.Uid);
        using var byMail = await lab.SignUpAsync("i3@example.net", "Mail thief", colleague.Email);
        foreach (var thief in new[] { "i1@example.net", "i2@example.net", "i3@example.net" }) await lab.IsLockedAsync(thief);
        Assert.That(colleague.IsDisabled, Is.False);
    }

    [Test]
    public async Task Somebody_of_whom_no_line_tells_is_locked_at_the_first_request()
    {
        await using var lab = await Lab.OpenAsync();
        await lab.StartDaemonAsync();
        lab.Grafana.Database.AddUser("silent", "silent@example.net", "Silent", "lab-User-1");
        using var silent = new Visitor(lab.Grafana, "silent", "lab-User-1");
        await silent.AskAsync("GET", "/api/user");
        await lab.IsLockedAsync("silent");
    }

    [Test]
    public async Task Nobody_of_the_baseline_is_touched_and_a_disabled_one_gets_no_mail()
    {
        await using var lab = await Lab.OpenAsync();
        await lab.StartDaemonAsync();
        using var colleague = new Visitor(lab.Grafana, "colleague1", "lab-User-1");
        await colleague.AskAsync("GET", "/api/user");
        using var stranger = await lab.SignUpAsync("new@example.net");
        await lab.IsLockedAsync("new@example.net");
        await lab.MailAsync("Locked, waiting for you");
        Assert.Multiple(() =>
        {
            Assert.That(
                lab.Grafana.Database.Users.Where(u => u.IsDisabled).Select(u => u.Login),
                Is.EquivalentTo(new[] { "old.intern", "new@example.net" }));
            Assert.That(lab.Mail.Mails, Has.Count.EqualTo(1));
        });
    }

    [Test]
    public async Task While_strangers_guess_the_daemons_password_fifty_sign_ups_are_all_disabled()
    {
        await using var lab = await Lab.OpenAsync();
        await lab.StartDaemonAsync();
        using var stop = new CancellationTokenSource();
        var guessed = 0;
        var guessing = Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            using var stranger = new Visitor(lab.Grafana);
            while (!stop.IsCancellationRequested)
            {
                await stranger.AskAsync("POST", "/login", new { user = Lab.WorkerLogin, password = "guess" });
                Interlocked.Increment(ref guessed);
            }
        })));
        await Eventually.TrueAsync(() => guessed > 20, "the login is locked by guesses");
        using var right = new Visitor(lab.Grafana, Lab.WorkerLogin, lab.Program.Settings["GRAFANA_PASSWORD"]);
        Assert.That((await right.AskAsync("GET", "/api/user")).Status, Is.EqualTo(401), "the right password is refused, too");

        var emails = Enumerable.Range(1, 50).Select(i => $"flood{i}@example.net").ToList();
        foreach (var email in emails) (await lab.SignUpAsync(email)).Dispose();
        foreach (var email in emails) await lab.IsLockedAsync(email);
        await stop.CancelAsync();
        await guessing;
    }
}
