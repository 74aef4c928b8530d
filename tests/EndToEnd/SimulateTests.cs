using System.Text.Json;
using Athena.EndToEnd.Harness;

namespace Athena.EndToEnd;

/// <summary>The week before the change-over: another script guards the door, and the daemon says what it would have done.</summary>
internal sealed class SimulateTests
{
    [Test]
    public async Task Rehearse_tells_what_the_daemon_would_have_done_and_leaves_nothing_behind()
    {
        await using var lab = await Lab.OpenAsync();
        using var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        await stranger.IsInsideAsync();
        using var other = await lab.SignUpAsync("other@example.net", "Other Body");
        var account = lab.Account("new@example.net");
        await lab.PressAsync("disable", account);
        await lab.PressAsync("enable", account);
        var loggedOut = lab.Grafana.Database.SessionsOf(lab.Account("other@example.net"));

        var text = await lab.Program.RunAsync("simulate", "--since", "2d");
        var json = JsonSerializer.Deserialize<JsonElement>(
            (await lab.Program.RunAsync("rehearse", "--since", "2d", "--output", "json")).Output);
        var wrong = await lab.Program.RunAsync("simulate", "--since", "yesterday evening");
        Assert.Multiple(() =>
        {
            Assert.That(text.ExitCode, Is.Zero, text.Text);
            Assert.That(text.Output, Does.Contain("new@example.net").And.Contain("other@example.net").And.Contain("by the sign-up form")
                .And.Contain("disabled the account"));
            Assert.That(text.Output, Does.Contain("enabled by lindiwe").And.Contain("Would have locked 2; admins approved 1 of them")
                .And.Not.Contain("colleague1"));
            Assert.That(text.Output, Does.Contain("The log begins"), "the lab's log is younger than two days");
            Assert.That(json.GetProperty("wouldHaveLocked").GetInt32(), Is.EqualTo(2));
            Assert.That(AccountIn(json, "new@example.net").GetProperty("approvedBy").GetString(), Is.EqualTo("lindiwe"));
            Assert.That(AccountIn(json, "other@example.net").GetProperty("approvedBy").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(wrong.ExitCode, Is.EqualTo(64), wrong.Text);
            Assert.That(Directory.Exists(lab.StateDirectory), Is.False, "no state");
            Assert.That(lab.Mail.Mails, Is.Empty);
            Assert.That((account.IsDisabled, lab.Account("other@example.net").IsDisabled), Is.EqualTo((false, false)));
            Assert.That(lab.Grafana.Database.SessionsOf(lab.Account("other@example.net")), Is.EqualTo(loggedOut));
        });
    }

    private static JsonElement AccountIn(JsonElement rehearsal, string email) =>
        rehearsal.GetProperty("accounts").EnumerateArray().Single(account => account.GetProperty("email").GetString() == email);
}
