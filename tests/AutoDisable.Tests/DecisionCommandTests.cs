using Athena.AutoDisable.CommandLine;
using Athena.Common.Daemon.Control;

namespace Athena.AutoDisable.Tests;

/// <summary>What somebody is asked before a decision: never for what is so already.</summary>
internal sealed class DecisionCommandTests
{
    [TestCase("reject", true, "lock this account", "keep this account locked, and ask nobody about it any more")]
    [TestCase("reject", false, "lock this account", "lock this account")]
    [TestCase("reject", null, "lock this account", "lock this account")]
    [TestCase("approve", true, "let them in, with the role Viewer", "let them in, with the role Viewer")]
    [TestCase("approve", false, "let them in, with the role Viewer", "let them stay in, with the role Viewer")]
    [TestCase("undo", true, "take it back and lock", "take back the last decision: the account stays locked and waits again")]
    [TestCase("undo", false, "take it back and lock", "take it back and lock")]
    [TestCase("found", true, "lock again who was found enabled", "lock again who was found enabled")]
    public void It_asks_for_what_would_change(string command, bool? isDisabled, string deed, string asked) => Assert.That(
        DecisionCommand.AsItIs(new ControlRequest(command), deed, isDisabled), Is.EqualTo(asked));

    [Test]
    public void A_deletion_is_asked_for_as_one_of_an_account_that_is_locked_too() => Assert.That(
        DecisionCommand.AsItIs(
            new ControlRequest("reject", new Dictionary<string, string> { ["delete"] = "yes" }), "DELETE this account for good", true),
        Is.EqualTo("DELETE this account for good"));
}
