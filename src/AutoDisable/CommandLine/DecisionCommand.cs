using System.CommandLine;
using System.Text.Json.Nodes;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Settings;
using Athena.Common.Text;

namespace Athena.AutoDisable.CommandLine;

/// <summary>
/// <c>approve</c>, <c>reject</c> and <c>relock</c>: show who it is and ask, with no as the answer that Enter gives; what was shown, by its
/// uid, is what is done. A script says <c>--yes</c>.
/// </summary>
internal static class DecisionCommand
{
    /// <param name="context">Where to print, and whom to ask.</param>
    /// <param name="decision">The request for the daemon, with <c>who</c> as the person named the account.</param>
    /// <param name="deed">What would be done, as in <c>let them in</c>; asked below what is shown.</param>
    /// <param name="isDryRun">Show it and do nothing.</param>
    /// <param name="isAgreed">Do not ask.</param>
    /// <param name="cancel">Ends the calls.</param>
    public static async Task<int> RunAsync(
        WorkerContext<AutoDisableSettings> context, ControlRequest decision, string deed, bool isDryRun, bool isAgreed,
        CancellationToken cancel)
    {
        if (!isDryRun && !isAgreed && (!Console.IsInteractive || context.IsJson))
        {
            context.Error.WriteLine("Nobody is there to be asked. Look first, with --dry-run; then repeat with --yes.");
            return ExitCode.Usage;
        }

        var reply = await AutoDisableProgram.AnswerAsync(context, About(decision), cancel).ConfigureAwait(false);
        if (reply.ExitCode != ExitCode.Ok || reply.Json is not { } json) return context.Print(reply);
        var shown = JsonNode.Parse(json);
        deed = AsItIs(decision, deed, shown?["disabled"]?.GetValue<bool>());
        if (isDryRun)
        {
            shown!["would"] = deed;
            return context.Print(reply with { Text = $"{reply.Text}Would {deed}. Nothing was changed.\n", Json = shown.ToText() });
        }

        if (!isAgreed)
        {
            context.Out.Write(reply.Text);
            if (!Console.Confirm(context, char.ToUpperInvariant(deed[0]) + deed[1..] + "?"))
            {
                context.Out.WriteLine("Nothing was changed.");
                return ExitCode.Fault;
            }
        }

        // Whatever the word fits by now, and whoever was found meanwhile: who was shown.
        var exact = new Dictionary<string, string>(decision.Arguments, StringComparer.Ordinal);
        if (shown?["selector"]?.GetValue<string>() is { } selector) exact["who"] = selector;
        if (shown?[FoundDecisions.Until]?.GetValue<string>() is { } until) exact[FoundDecisions.Until] = until;
        return await AutoDisableProgram.AskAsync(context, new ControlRequest(decision.Command, exact), cancel).ConfigureAwait(false);
    }

    /// <summary>What is so already is not asked for.</summary>
    /// <param name="isDisabled">Null where it is about several.</param>
    internal static string AsItIs(ControlRequest decision, string deed, bool? isDisabled) => (decision.Command, isDisabled) switch
    {
        ("reject", true) when decision.Arguments.GetValueOrDefault("delete") != "yes" =>
            "keep this account locked, and ask nobody about it any more",
        ("undo", true) => "take back the last decision: the account stays locked and waits again",
        ("approve", false) => deed.Replace("let them in", "let them stay in", StringComparison.Ordinal),
        _ => deed,
    };

    /// <summary>The same question at the daemon, which refuses there what it would refuse afterwards.</summary>
    private static ControlRequest About(ControlRequest decision) =>
        new("about", new Dictionary<string, string>(decision.Arguments, StringComparer.Ordinal) { ["for"] = decision.Command });

    public static Option<bool> Yes => new("--yes", "-y") { Description = "Do not ask." };

    public static Option<bool> DryRun => new("--dry-run") { Description = "Show who it is and what would be done, and do nothing." };
}
