using System.CommandLine;
using Athena.AutoDisable.Deciding;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Settings;

namespace Athena.AutoDisable.CommandLine;

/// <summary>
/// <c>decision-pin set|remove|list</c>: the PINs with which admins approve from a mail or in the chat. Only what Argon2id made of
/// one leaves this process.
/// </summary>
internal static class DecisionPinCommand
{
    /// <summary>Its name, at the daemon too.</summary>
    public const string Name = "decision-pin";

    public static void AddTo(WorkerProgram<AutoDisableSettings> program)
    {
        var what = new NamedArgument("what", "set lindiwe@hospital.example") { Description = "set, remove, or list." };
        what.AcceptOnlyFromAmong("set", "remove", "list");
        var address = new NamedArgument(
            "address", "set lindiwe@hospital.example", "Who has one: sudo grafana-auto-disable decision-pin list")
        {
            Description = "Whose: an address of DECISION_MAIL_TO or DECISION_TELEGRAM_USER_IDS.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = program.Add(Name,
            "Sets the PIN with which somebody approves from a mail or in the chat: six digits or more, asked for twice, or the line of "
            + "standard input.",
            (context, parse, cancel) => RunAsync(context, parse.GetValue(what)!, parse.GetValue(address), cancel), ActsAs.Asker);
        command.Arguments.Add(what);
        command.Arguments.Add(address);
        command.Validators.Add(result =>
        {
            if (result.GetValue(what) is "set" or "remove" && result.GetValue(address) is null)
                result.AddError(address.Missing(result));
        });
    }

    private static async Task<int> RunAsync(
        WorkerContext<AutoDisableSettings> context, string what, string? address, CancellationToken cancel)
    {
        var people = context.Settings.PinHolders;
        if (people.Count == 0)
            return context.Print(new ControlReply(
                ExitCode.Usage, "Nobody approves from a mail or in the chat here: set DECISION_URL and DECISION_MAIL_TO, or "
                + "DECISION_TELEGRAM_USER_IDS with addresses, in /etc/default/grafana-auto-disable first.\n"));
        if (what == "set" && !people.Contains(address, StringComparer.OrdinalIgnoreCase))
            return context.Print(new ControlReply(
                ExitCode.Usage, $"{address} is not among those who approve with a PIN (DECISION_MAIL_TO, DECISION_TELEGRAM_USER_IDS): "
                + $"{string.Join(", ", people)}.\n"));
        string? hash = null;
        if (what == "set")
        {
            var pin = await SecretPrompt.ReadAsync("PIN (it is not shown):", context.Out, cancel).ConfigureAwait(false);
            if (PinHash.WhyNot(pin) is { } why) return context.Print(new ControlReply(ExitCode.Usage, why + "\n"));
            if (Console.IsInteractive
                && await SecretPrompt.ReadAsync("Once more:", context.Out, cancel).ConfigureAwait(false) != pin)
                return context.Print(new ControlReply(ExitCode.Usage, "The two are not the same. Nothing was changed.\n"));
            hash = PinHash.Of(pin);
        }

        return await AutoDisableProgram.AskAsync(
            context, AutoDisableProgram.Request(Name, address, null, ("what", what), ("hash", hash)), cancel).ConfigureAwait(false);
    }
}
