using System.Text.Json.Nodes;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Tests.Simulation;
using Athena.Common.Settings;

namespace Athena.AutoDisable.Tests.Gates;

/// <summary>
/// A word too few or too many locks nobody out of Grafana: what a person is shown before, and what is refused whatever they say.
/// </summary>
internal sealed class DecisionTests : GateScenario
{
    [Test]
    public async Task A_server_admin_is_rejected_only_when_that_is_said()
    {
        await SettleAsync();
        var (first, second) = (Human(), World.Add("second", "second@example.net", isAdmin: true));
        var refused = await CommandAsync("reject", first.Login);
        var done = await CommandAsync("reject", first.Login, ("serverAdmin", "yes"));
        Assert.Multiple(() =>
        {
            Assert.That((refused.ExitCode, refused.Text), Is.EqualTo(
                (ExitCode.NotPermitted, $"{first.Login} is a server admin. If that is meant: repeat with --server-admin\n")));
            Assert.That((done.ExitCode, first.IsDisabled, second.IsDisabled), Is.EqualTo((0, true, false)), done.Text);
        });
    }

    [TestCase("no")]
    [TestCase("yes")]
    public async Task The_last_server_admin_that_is_a_person_is_never_rejected(string delete)
    {
        await SettleAsync();
        var last = Human();
        World.Add("athena-workers-2", "workers2@example.net", isAdmin: true);
        World.Add("gone", "gone@example.net", isAdmin: true).IsDisabled = true;
        var reply = await CommandAsync("reject", $"uid:{last.Uid}", ("serverAdmin", "yes"), ("delete", delete));
        Assert.That((reply.ExitCode, last.IsDisabled, World.Users.Contains(last)), Is.EqualTo((ExitCode.NotPermitted, false, true)));
        Assert.That(reply.Text, Does.Contain("the last enabled server admin that is a person"));
    }

    [Test]
    public async Task Who_has_access_is_deleted_by_the_full_uid_alone()
    {
        await SettleAsync();
        var colleague = World.Users.First(u => u.Login == "colleague1");
        foreach (var word in (string[])["colleague1", "login:colleague1", $"id:{colleague.Id}", $"email:{colleague.Email}", colleague.Uid])
        {
            var refused = await CommandAsync("reject", word, ("delete", "yes"));
            Assert.That(
                (refused.ExitCode, World.Users.Contains(colleague), Status(colleague)),
                Is.EqualTo((ExitCode.Usage, true, AccountStatus.Admitted)),
                word);
            Assert.That(refused.Text, Does.Contain($"uid:{colleague.Uid}"));
        }

        Assert.That((await CommandAsync("reject", $"uid:{colleague.Uid}", ("delete", "yes"))).ExitCode, Is.Zero);
        Assert.That(World.Users, Does.Not.Contain(colleague));
    }

    [Test]
    public async Task Who_waits_is_deleted_by_any_word_that_fits_only_them()
    {
        var user = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        Assert.That((await CommandAsync("reject", "login:new@example.net", ("delete", "yes"))).ExitCode, Is.Zero);
        Assert.That(World.Users, Does.Not.Contain(user));
    }

    [Test]
    public async Task What_is_shown_before_names_the_account_exactly_and_changes_nothing()
    {
        var user = World.Add("x\u202ey", "new@example.net");
        await SettleAsync();
        var reply = await CommandAsync("about", "email:new@example.net", ("for", "approve"));
        Assert.Multiple(() =>
        {
            Assert.That(reply.ExitCode, Is.Zero);
            Assert.That(reply.Text, Does.Contain($"uid:{user.Uid}  id {user.Id}").And.Contain("new@example.net")
                .And.Match("Access +waits since").And.Match("Last seen +never").And.Not.Contain('\u202e'));
            Assert.That(JsonNode.Parse(reply.Json!)!["selector"]!.GetValue<string>(), Is.EqualTo($"uid:{user.Uid}"));
            Assert.That((user.IsDisabled, Status(user)), Is.EqualTo((true, AccountStatus.Locked)));
        });
    }

    [Test]
    public async Task What_would_be_refused_is_refused_before_anybody_is_asked()
    {
        await SettleAsync();
        var last = Human();
        Assert.That((await CommandAsync("about", last.Login, ("for", "reject"))).ExitCode, Is.EqualTo(ExitCode.NotPermitted));
        Assert.That((await CommandAsync("about", last.Login, ("for", "approve"))).ExitCode, Is.Zero);
        var self = await CommandAsync("about", $"id:{SimulatedGrafana.SelfId}", ("for", "reject"), ("serverAdmin", "yes"));
        Assert.That((self.ExitCode, self.Text), Is.EqualTo(
            (ExitCode.Fault, "That is the daemon's own account: without it nobody would be locked.\n")));
    }

    [Test]
    public async Task Who_was_made_a_server_admin_while_they_wait_is_rejected_by_the_command_that_the_mail_shows()
    {
        var user = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        user.IsAdmin = true;
        await SettleAsync();
        var reply = await CommandAsync("reject", $"uid:{user.Uid}");
        Assert.That(reply.ExitCode, Is.Zero, reply.Text);
        Assert.That(reply.Text, Does.StartWith("Rejected ").And.EndWith(": locked.\n"));
    }

    private SimulatedUser Human() => World.Users.Single(u => u is { IsAdmin: true, IsDisabled: false } && u.Id != SimulatedGrafana.SelfId);
}
