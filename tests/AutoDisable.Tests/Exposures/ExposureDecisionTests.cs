using Athena.AutoDisable.Tests.Simulation;
using Athena.Common.Daemon.Control;
using Athena.Common.Grafana.Api;
using Athena.Common.Notify.Channels;

namespace Athena.AutoDisable.Tests.Exposures;

/// <summary>What somebody did inside, where they are approved, rejected or deleted before or after the mail.</summary>
internal sealed class ExposureDecisionTests : ExposureScenario
{
    [Test]
    public async Task Deleting_an_account_is_refused_until_the_service_account_that_it_made_is_gone()
    {
        var user = await PlayChiefAsync();
        await WaitAsync(6);
        var refused = await RejectAsync(user);
        Assert.Multiple(() =>
        {
            Assert.That(refused.ExitCode, Is.EqualTo(1));
            Assert.That(refused.Text, Does.Contain("/api/serviceaccounts/24").And.Contain("--with-objects"));
            Assert.That(World.Users, Does.Contain(user));
        });

        var stillRefused = await RejectAsync(user, "settled");
        Assert.That(stillRefused.ExitCode, Is.EqualTo(1), "that it is there can be seen");

        World.ServiceAccounts.RemoveAll(account => account.Id == 24);
        var done = await RejectAsync(user);
        Assert.That((done.ExitCode, World.Users.Contains(user)), Is.EqualTo((0, false)));
    }

    [Test]
    public async Task With_objects_the_service_account_that_it_made_goes_with_an_account_and_no_other()
    {
        var user = await PlayChiefAsync();
        await WaitAsync(6);
        var reply = await RejectAsync(user, "withObjects");
        Assert.Multiple(() =>
        {
            Assert.That((reply.ExitCode, World.Users.Contains(user)), Is.EqualTo((0, false)), reply.Text);
            Assert.That(World.ServiceAccounts.Select(account => account.Id), Is.EqualTo(new[] { 9L }));
            Assert.That(
                Disk.Audit.Single(entry => entry.Event == "object-deleted").Facts["serviceAccountLogin"], Is.EqualTo("sa-3-backdoor"));
        });
    }

    [Test]
    public async Task A_service_account_that_is_met_in_the_same_lines_as_its_maker_was_not_there_before([Values] bool isLookedUpInVain)
    {
        // They came in by an invitation while the daemon was stopped: at the start their lines and those of their token are one batch.
        var user = World.Add("invited@example.net", "invited@example.net", id: 80);
        World.ServiceAccounts.Add(new ServiceAccount(81, "sa-1-backdoor", "backdoor", 1, "Admin", false));
        World.LogRequest(user.Id, user.Login, "POST", "/api/serviceaccounts/", 201);
        World.LogRequest(81, "sa-1-backdoor", "GET", "/api/search", 200);
        World.Unreadable = isLookedUpInVain ? user : null;
        await ReadAsync();
        World.Unreadable = null;
        await WaitAsync(6);
        var reply = await RejectAsync(user, "withObjects");
        Assert.That(
            (reply.ExitCode, World.Users.Contains(user), World.ServiceAccounts),
            Is.EqualTo((0, false, Array.Empty<ServiceAccount>())),
            reply.Text);
    }

    [Test]
    public async Task A_snapshot_stands_against_deletion_until_the_admin_says_that_it_is_settled()
    {
        var user = await SignUpAsync();
        World.LogRequest(user.Id, user.Login, "POST", "/api/snapshots", 200);
        await WaitAsync(6);
        var refused = await RejectAsync(user, "withObjects");
        Assert.That((refused.ExitCode, World.Users.Contains(user)), Is.EqualTo((1, true)));
        Assert.That(refused.Text, Does.Contain("They made a snapshot").And.Contain("/api/snapshots/KEY").And.Contain("--settled"));
        var done = await RejectAsync(user, "settled");
        Assert.That((done.ExitCode, World.Users.Contains(user)), Is.EqualTo((0, false)));
    }

    [Test]
    public async Task Rejected_before_the_mail_what_somebody_left_behind_is_told_all_the_same()
    {
        var user = await SignUpAsync();
        World.LogRequest(user.Id, user.Login, "POST", "/api/snapshots", 200);
        await WaitAsync(1);
        var arguments = new Dictionary<string, string> { ["who"] = $"uid:{user.Uid}", ["by"] = "root" };
        await Daemon.Commands.ExecuteAsync(new ControlRequest("reject", arguments), CancellationToken.None);
        await WaitAsync(6);
        Assert.That(Disk.Waiting.Values.Select(mail => mail.Subject.Split(':')[0]), Is.EquivalentTo(
            new[] { "CRITICAL, created a snapshot", "Rejected" }));
    }

    [Test]
    public async Task Approved_within_seconds_of_the_lock_what_somebody_did_inside_is_told_with_the_approval()
    {
        var user = await SignUpAsync();
        await WaitAsync(1);
        Enable(user);
        await WaitAsync(1);
        World.LogRequest(user.Id, user.Login, "GET", "/api/dashboards/uid/ward-occupancy", 200); // Was in flight.
        await WaitAsync(1);
        Assert.That(Disk.Waiting, Is.Empty, "five seconds are not over");
        await WaitAsync(5);

        var mail = ToAdmins().Single();
        Assert.Multiple(() =>
        {
            Assert.That(mail.Subject, Does.StartWith("Approved: "));
            Assert.That(Shown(mail), Does.Contain("1 request, dashboard ward-occupancy").And.Not.Contain("still inside"));
            Assert.That(Disk.Audit.Select(entry => entry.Event), Is.EqualTo(new[] { "intent", "locked", "approved", "exposure" }));
            Assert.That(Daemon.Gate.IsExposing, Is.False);
            Assert.That(Disk.Load().EndedCases, Is.Empty);
            Assert.That(user.IsDisabled, Is.False);
        });
    }

    [Test]
    public async Task What_somebody_made_before_the_approval_is_a_mail_of_its_own()
    {
        var user = await SignUpAsync();
        World.LogRequest(user.Id, user.Login, "POST", "/api/snapshots", 200);
        await WaitAsync(1);
        Enable(user);
        await WaitAsync(6);
        Assert.Multiple(() =>
        {
            Assert.That(ToAdmins().Select(mail => mail.Subject.Split(':')[0]), Is.EquivalentTo(
                new[] { "CRITICAL, created a snapshot", "Approved" }));
            Assert.That(
                Shown(Disk.Waiting.Values.Single(mail => mail.IsUrgent)), Does.Contain("is approved, but created a snapshot before that")
                .And.Not.Contain("was not approved"));
        });
    }

    [Test]
    public async Task Killed_between_an_approval_and_its_mail_both_still_come()
    {
        var user = await SignUpAsync();
        await WaitAsync(1);
        Enable(user);
        await WaitAsync(1);
        Start(); // As after a kill: nothing but what is on disk.
        await WaitAsync(6);
        Assert.Multiple(() =>
        {
            Assert.That(
                Shown(ToAdmins().Single()), Does.Contain("is approved").And.Contain("What they did could not be seen."));
            Assert.That(Disk.Audit.Select(entry => entry.Event), Has.One.EqualTo("exposure"));
        });
    }

    [Test]
    public async Task Deleted_amid_the_lock_what_somebody_did_inside_is_told_all_the_same()
    {
        var user = World.Add("new@example.net", "new@example.net");
        World.LogSignUp(user);
        World.Disabled = _ => World.Users.Remove(user); // The answer to our disable; the next look at them finds nobody.
        World.LogRequest(user.Id, user.Login, "POST", "/api/snapshots", 200);
        await ReadAsync();
        await WaitAsync(1);
        Assert.That(Daemon.Memory.Book.FindByRef(user.Uid), Is.Null);
        World.LogRequest(user.Id, user.Login, "GET", "/api/dashboards/uid/ward-occupancy", 200); // Was in flight.
        await WaitAsync(1);
        Assert.That(Disk.Waiting, Is.Empty, "five seconds are not over");
        await WaitAsync(5);
        Assert.Multiple(() =>
        {
            Assert.That(Disk.Waiting.Values.Select(mail => mail.Subject.Split(':')[0]), Is.EquivalentTo(
                new[] { "CRITICAL, created a snapshot", "Rejected and deleted" }));
            Assert.That(Shown(Disk.Waiting.Values.Single(mail => !mail.IsUrgent)), Does.Contain("2 requests, dashboard ward-occupancy"));
            Assert.That(Disk.Audit.Select(entry => entry.Event), Is.EqualTo(new[] { "intent", "gone", "exposure" }));
        });
    }

    private IEnumerable<OutgoingMessage> ToAdmins() =>
        Disk.Waiting.Values.Where(mail => !mail.Key.StartsWith("applicant/", StringComparison.Ordinal));

    /// <summary>An admin presses the button, and the log shows it.</summary>
    private void Enable(SimulatedUser user)
    {
        user.IsDisabled = false;
        World.LogRequest(1, "admin", "POST", $"/api/admin/users/{user.Uid}/enable", 200);
    }

    private Task<ControlReply> RejectAsync(SimulatedUser user, string? option = null)
    {
        var arguments = new Dictionary<string, string> { ["who"] = $"uid:{user.Uid}", ["by"] = "root", ["delete"] = "yes" };
        if (option is not null) arguments[option] = "yes";
        return Daemon.Commands.ExecuteAsync(new ControlRequest("reject", arguments), CancellationToken.None);
    }
}
