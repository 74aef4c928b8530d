using Athena.EndToEnd.Harness;

namespace Athena.EndToEnd;

/// <summary>At a terminal nothing is done to a person by a slip: the command shows who it is and asks, and only yes is a yes.</summary>
internal sealed class TerminalTests
{
    private const string Question = "? [yes/no] ";

    [Test]
    public async Task Only_yes_locks_who_was_shown()
    {
        await using var lab = await Lab.OpenAsync();
        await lab.StartDaemonAsync();
        var account = lab.Account("colleague1");
        foreach (var (typed, isDone) in new (string?, bool)[]
        {
            ("n\n", false), ("\n", false), ("reject\n", false), (null, false), ("y\n", true),
        })
        {
            var (exitCode, screen) = await lab.Program.AtTerminalAsync(Question, typed, "reject", "colleague1");
            Assert.Multiple(() =>
            {
                Assert.That(exitCode, Is.EqualTo(isDone ? 0 : 1), screen);
                Assert.That(screen, Does.Contain($"uid:{account.Uid}").And.Contain("Colleague 1").And.Contain("colleague1@athena.example")
                    .And.Contain("there at the baseline").And.Contain("Last seen").And.Contain("Lock this account? [yes/no] "));
                Assert.That(screen, Does.Contain(isDone ? "Rejected " : "Nothing was changed."));
                Assert.That(screen, Does.Not.Contain("\e"), "the terminal stays in the mode in which it was");
                Assert.That(account.IsDisabled, Is.EqualTo(isDone));
            });
        }
    }

    [Test]
    public async Task Only_yes_deletes_and_only_yes_lets_in()
    {
        await using var lab = await Lab.OpenAsync();
        await lab.StartDaemonAsync();
        var (first, second) = ("one@example.net", "other@example.net");
        using var one = await lab.SignUpAsync(first);
        using var other = await lab.SignUpAsync(second);
        await lab.IsLockedAsync(first);
        await lab.IsLockedAsync(second);
        foreach (var (typed, isDone) in new[] { ("\n", false), ("yes\n", true) })
        {
            var deleted = await lab.Program.AtTerminalAsync(Question, typed, "reject", $"email:{first}", "--delete");
            var letIn = await lab.Program.AtTerminalAsync(Question, typed, "approve", $"uid:{lab.Account(second).Uid}");
            Assert.Multiple(() =>
            {
                Assert.That(deleted.Screen, Does.Contain("DELETE this account for good? [yes/no] ").And.Contain("waits since"));
                Assert.That(letIn.Screen, Does.Contain("Let them in? [yes/no] ").And.Contain("waits since"));
                Assert.That((deleted.ExitCode, letIn.ExitCode), Is.EqualTo(isDone ? (0, 0) : (1, 1)), deleted.Screen + letIn.Screen);
                Assert.That(lab.Grafana.Database.Find(first), isDone ? Is.Null : Is.Not.Null);
                Assert.That(lab.Account(second).IsDisabled, Is.Not.EqualTo(isDone));
            });
        }
    }
}
