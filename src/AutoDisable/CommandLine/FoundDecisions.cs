using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Athena.AutoDisable.Enforcement;
using Athena.AutoDisable.Policy;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Daemon.Control;
using Athena.Common.Grafana.Api;
using Athena.Common.Settings;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.AutoDisable.CommandLine;

/// <summary>
/// What an admin answers about those who were found enabled by nobody known: about one of them, or all that they were shown.
/// </summary>
internal sealed class FoundDecisions(
    IGrafana grafana, Reconciler reconciler, AutoDisableMemory memory, Approvals approvals, FoundEnabledAccounts foundEnabledAccounts,
    ZoneText zone)
{
    public const string Approve = "approve";
    public const string Relock = "relock";

    /// <summary>
    /// The name of <see cref="FoundEnabled.At"/> of the last one shown, in the reply and in the decision: who is found later was not shown.
    /// </summary>
    public const string Until = "foundUntil";

    /// <summary>So many are named to a person; the others are counted.</summary>
    private const int Most = 20;

    /// <summary>Signs of an answer; there may be thousands of them, and an answer lies in memory three times.</summary>
    private const int MostText = 64 * 1024;

    /// <summary>As <see cref="AboutAsync"/> wrote it; null when nothing was.</summary>
    public static DateTimeOffset? TimeOf(string? text) =>
        text is null ? null : DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);

    /// <summary>Who they are, before anything is decided about them.</summary>
    public async Task<ControlReply> AboutAsync(string? who, CancellationToken cancel)
    {
        var (held, refusal) = await HeldAsync(who, until: null, cancel);
        if (refusal is not null) return refusal;
        var until = held.Max(user => memory.Book.Find(user)!.Found!.At);
        if (held is [var one])
        {
            var organisations = await grafana.OrganisationsOfAsync(one.Id, cancel);
            var dossier = new Dossier(
                one, memory.Book.Find(one), organisations.IsDone ? organisations.Value : null, memory.State.BaselineAt, zone);
            var json = dossier.ToJson();
            json[Until] = until;
            return new ControlReply(ExitCode.Ok, dossier.ToText(), json.ToText());
        }

        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{held.Count} accounts were found enabled by nobody known:\n");
        foreach (var user in held.Take(Most))
            text.Append("  ").Append(Commands.Name(user)).Append("  ").Append(EventRecorder.Standing(memory.Book.Find(user)!)).Append('\n');
        if (held.Count > Most) text.Append(CultureInfo.InvariantCulture, $"  and {held.Count - Most} more: grafana-auto-disable pending\n");
        return new ControlReply(ExitCode.Ok, text.ToString(), new JsonObject
        {
            [Until] = until,
            ["count"] = held.Count,
            ["accounts"] = new JsonArray([.. held.Take(PendingList.Part).Select(user => JsonValue.Create(DecisionRules.Selector(user)))]),
        }.ToText());
    }

    /// <param name="verdict"><see cref="Approve"/> or <see cref="Relock"/>.</param>
    /// <param name="who">Null for all of them.</param>
    /// <param name="until">Who was found later was not shown to whoever decides, and is left; null leaves nobody.</param>
    /// <param name="decision">Whose, and why.</param>
    /// <param name="cancel">Ends the calls.</param>
    public async Task<ControlReply> DecideAsync(
        string verdict, string? who, DateTimeOffset? until, Decision decision, CancellationToken cancel)
    {
        var (held, refusal) = await HeldAsync(who, until, cancel);
        if (refusal is not null) return refusal;
        var text = new StringBuilder();
        var (isAllDone, more) = (true, 0);
        foreach (var user in held)
        {
            var account = memory.Book.Find(user)!;
            var isDone = true;
            if (verdict == Approve) approvals.Approve(user, decision, role: null, orgId: 0, until: null);
            else isDone = await foundEnabledAccounts.RelockAsync(account, decision, cancel);
            isAllDone &= isDone;
            if (isDone && text.Length > MostText)
            {
                more++;
                continue;
            }

            text.Append(!isDone ? "NOT DONE, Grafana did not answer: " : verdict == Approve ? "Approved " : "Locked again ")
                .Append(Commands.Name(user)).Append('\n');
        }

        if (more > 0)
            text.Append(
                CultureInfo.InvariantCulture, $"{(verdict == Approve ? "Approved" : "Locked again")} {more} more; the audit names each.\n");
        memory.Save(); // The intent: a crash from here on is carried on at the next start.
        await reconciler.WorkAsync(cancel);
        return new ControlReply(isAllDone ? ExitCode.Ok : ExitCode.Fault, text.ToString());
    }

    private async Task<(IReadOnlyList<GrafanaUser> Held, ControlReply? Refusal)> HeldAsync(
        string? who, DateTimeOffset? until, CancellationToken cancel)
    {
        await reconciler.LookAsync(cancel);
        var answer = await grafana.AllUsersAsync(cancel);
        if (!answer.IsDone) return ([], Commands.Refused(answer.Detail));
        var held = (who is null ? answer.Value : AccountSelector.Matches(answer.Value, who))
            .Where(user => memory.Book.Find(user) is { Found: { } found } && !(found.At > until)).ToList();
        return held.Count switch
        {
            0 when who is null => ([], Commands.Refused("Nobody is held as found enabled.")),
            0 => ([], Commands.Refused(
                $"Nobody who is held as found enabled fits \"{UntrustedText.Visible(who!, 80)}\". See: grafana-auto-disable pending")),
            > 1 when who is not null =>
                ([], Commands.Refused("That fits more than one account; say which, by its uid: grafana-auto-disable pending")),
            _ => (held, null),
        };
    }
}
