using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.Common.Grafana.Api;
using Moq;

namespace Athena.AutoDisable.Tests.Gates;

/// <summary>Approved in Grafana: seen in the log or in the list, before the lock or after it.</summary>
internal sealed class ApprovalTests : GateScenario
{
    [Test]
    public async Task An_approval_in_Grafana_is_audited_with_who_and_when_and_answers_the_mail()
    {
        var user = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        user.IsDisabled = false;
        await Daemon.Gate.HandleAsync(Batch(new EnabledByAdmin(Time.GetUtcNow(), user.Uid, 1, "admin")), CancellationToken.None);
        var approved = Disk.Audit.Single(entry => entry.Event == "approved");
        await ExposeAsync();
        Assert.Multiple(() =>
        {
            Assert.That(Status(user), Is.EqualTo(AccountStatus.Admitted));
            Assert.That(approved.Facts["by"], Is.EqualTo("admin (id 1)"));
            Assert.That(
                Disk.Waiting.Values.Select(m => m.Subject), Has.None.StartsWith("Locked"), "its question is settled before it was sent");
            Assert.That(
                Disk.Waiting.Values.Single(m => m.Subject.StartsWith("Approved: ", StringComparison.Ordinal)).Thread,
                Is.EqualTo($"account/{user.Uid}"));
            Assert.That(
                Disk.Waiting.Values.Single(m => m.Key.StartsWith("applicant/", StringComparison.Ordinal)).Recipients,
                Is.EqualTo(new[] { "new@example.net" }));
        });
    }

    [Test]
    public async Task An_applicant_without_a_plain_address_is_not_written_to()
    {
        var user = World.Add("x", "crlf@example.org>\r\nRCPT TO:<boss@example.org");
        await SettleAsync();
        user.IsDisabled = false;
        await Daemon.Gate.HandleAsync(Batch(new EnabledByAdmin(Time.GetUtcNow(), user.Uid, 1, "admin")), CancellationToken.None);
        await ExposeAsync();
        Assert.That(
            Disk.Waiting.Values.SelectMany(m => m.Recipients).Distinct(), Is.EquivalentTo(new[] { "one@example.org", "two@example.org" }));
    }

    [Test]
    public async Task A_disable_that_came_after_the_approval_is_taken_back()
    {
        await SettleAsync();
        var user = World.Add("made", "made@example.net");
        var approvedAt = Time.GetUtcNow();
        Time.Advance(TimeSpan.FromMilliseconds(20));
        await Daemon.Gate.LookAsync(CancellationToken.None);
        Assert.That(user.IsDisabled, Is.True);
        await Daemon.Gate.HandleAsync(Batch(new EnabledByAdmin(approvedAt, user.Uid, 1, "admin")), CancellationToken.None);
        await Daemon.Gate.WorkAsync(CancellationToken.None);
        Assert.That((user.IsDisabled, Status(user)), Is.EqualTo((false, AccountStatus.Admitted)));
    }

    [Test]
    public async Task An_approval_seen_before_the_account_is_kept_until_the_list_shows_it()
    {
        await SettleAsync();
        var user = World.Add("made", "made@example.net");
        World.IsDown = true;
        await Daemon.Gate.HandleAsync(Batch(new EnabledByAdmin(Time.GetUtcNow(), "" + user.Id, 1, "admin")), CancellationToken.None);
        World.IsDown = false;
        await SettleAsync();
        Grafana.Verify(g => g.DisableAsync(It.IsAny<long>(), It.IsAny<CancellationToken>()), Times.Never);
        Assert.That(Status(user), Is.EqualTo(AccountStatus.Admitted));
    }

    [TestCase(false, ExpectedResult = AccountStatus.Locked)]
    [TestCase(true, ExpectedResult = AccountStatus.Admitted)]
    public async Task<AccountStatus> An_approval_by_number_that_is_read_late_holds_only_for_whoever_had_it_then(bool isFirstWithThisNumber)
    {
        World.Add("highest", "highest@example.net", id: 900);
        await SettleAsync();
        Time.Advance(TimeSpan.FromMinutes(1));
        var enabledAt = Time.GetUtcNow();
        Time.Advance(TimeSpan.FromMinutes(1));
        var user = World.Add("new@example.net", "new@example.net", id: isFirstWithThisNumber ? 901 : 600);
        await SettleAsync();
        await Daemon.Gate.HandleAsync(Batch(new EnabledByAdmin(enabledAt, "" + user.Id, 1, "admin")), CancellationToken.None);
        await SettleAsync();
        return Status(user)!.Value;
    }

    [TestCase(false, ExpectedResult = AccountStatus.Locked)]
    [TestCase(true, ExpectedResult = AccountStatus.Admitted)]
    public async Task<AccountStatus> Nor_does_one_that_is_kept_for_whoever_is_not_in_the_list_yet(bool isFirstWithThisNumber)
    {
        World.Add("highest", "highest@example.net", id: 900);
        await SettleAsync();
        var id = isFirstWithThisNumber ? 901 : 600;
        await Daemon.Gate.HandleAsync(Batch(new EnabledByAdmin(Time.GetUtcNow(), "" + id, 1, "admin")), CancellationToken.None);
        Time.Advance(TimeSpan.FromMinutes(1));
        var user = World.Add("new@example.net", "new@example.net", id: id);
        await SettleAsync();
        return Status(user)!.Value;
    }

    [Test]
    public async Task Enabled_by_nobody_that_could_be_seen_is_accepted_loudly_with_the_command_to_undo()
    {
        var user = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        user.IsDisabled = false;
        await SettleAsync();
        Assert.That(Status(user), Is.EqualTo(AccountStatus.Locked), "the line may still be on its way");
        Time.Advance(TimeSpan.FromSeconds(6));
        await SettleAsync();
        var mail = Disk.Waiting.Values.Single(
            m => m.Subject.StartsWith("ENABLED, the log does not show by whom", StringComparison.Ordinal));
        Assert.Multiple(() =>
        {
            Assert.That(Status(user), Is.EqualTo(AccountStatus.Admitted));
            Assert.That(mail.Text, Does.Contain($"sudo grafana-auto-disable reject uid:{user.Uid}"));
            Assert.That(mail.IsUrgent, Is.True);
        });
    }

    [Test]
    public async Task A_person_disabled_again_by_an_admin_is_not_enabled_by_us()
    {
        Build(new AutoDisableOptions("http://127.0.0.1:3000", ApprovedRole: "Viewer"));
        var user = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        Time.Advance(TimeSpan.FromMinutes(1)); // An admin enables them and thinks better of it; only the first line has been read.
        await Daemon.Gate.HandleAsync(Batch(new EnabledByAdmin(Time.GetUtcNow(), user.Uid, 1, "admin")), CancellationToken.None);
        await SettleAsync();
        Assert.That(user.IsDisabled, Is.True);
    }

    [TestCase("command")]
    [TestCase("line")]
    [TestCase("early line")]
    public async Task Whoever_is_approved_without_a_role_gets_that_of_the_settings(string how)
    {
        Build(new AutoDisableOptions("http://127.0.0.1:3000", ApprovedRole: "Editor"));
        await SettleAsync();
        var user = World.Add("new@example.net", "new@example.net");
        Grafana.Setup(g => g.OrganisationsOfAsync(user.Id, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new GrafanaAnswer<IReadOnlyList<OrganisationMembership>>(
                GrafanaOutcome.Done, [new(1, "Main Org.", "None"), new(2, "Clinic", "Viewer")], ""));
        if (how != "early line") await SettleAsync();
        if (how == "command")
        {
            await CommandAsync("approve", $"uid:{user.Uid}");
        }
        else
        {
            Time.Advance(TimeSpan.FromMinutes(1));
            user.IsDisabled = false;
            await Daemon.Gate.HandleAsync(Batch(new EnabledByAdmin(Time.GetUtcNow(), user.Uid, 1, "admin")), CancellationToken.None);
        }

        await SettleAsync();
        Grafana.Verify(g => g.SetRoleAsync(1, user.Id, "Editor", It.IsAny<CancellationToken>()), Times.Once);
        Grafana.Verify(g => g.SetRoleAsync(2, It.IsAny<long>(), It.IsAny<string>(), It.IsAny<CancellationToken>()), Times.Never);
    }

    [Test]
    public async Task What_somebody_typed_is_forgotten_once_the_account_is_admitted()
    {
        var user = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        user.IsDisabled = false;
        await Daemon.Gate.HandleAsync(Batch(new EnabledByAdmin(Time.GetUtcNow(), user.Uid, 1, "admin")), CancellationToken.None);
        await ExposeAsync();
        Assert.That(Disk.State, Does.Not.Contain("new@example.net"));
    }
}
