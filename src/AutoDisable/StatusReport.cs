using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Athena.AutoDisable.Accounts;
using Athena.Common.Grafana;
using Athena.Common.Hosting;

namespace Athena.AutoDisable;

/// <summary>How the daemon is: one sentence for systemd, and the answer to <c>status</c>. Reads numbers only; safe from any thread.</summary>
internal sealed class StatusReport(GateSite site, string logSource, bool isDryRun, TimeProvider time)
{
    private readonly DateTimeOffset startedAt = time.GetUtcNow();

    public string LogSource => logSource;

    /// <summary>Accounts that wait for a decision or are still to be locked.</summary>
    public int Waiting => Accounts(AccountStatus.Locked) + Accounts(AccountStatus.Locking);

    public string Sentence()
    {
        var troubles = site.Gate.Troubles.Present;
        var mails = site.Outbox.Summary;
        var text = new StringBuilder(isDryRun ? "DRY RUN, nothing is changed. " : "");
        foreach (var trouble in troubles.ToArray()) text.Append(GateEvents.Sentence(trouble.Kind)).Append(' ');
        if (site.Gate.Gate.LastLook is null && troubles.Count == 0) text.Append("Looking at the user list. ");
        else if (troubles.Count == 0) text.Append("Every new account is locked. ");
        text.Append(CultureInfo.InvariantCulture, $"{site.Gate.Memory.Book.All.Count} accounts known, {Waiting} waiting for a decision");
        if (mails.Waiting > 0) text.Append(CultureInfo.InvariantCulture, $", {mails.Waiting} mails not sent yet: {mails.LastProblem ?? "on their way"}");
        return text.ToString();
    }

    public ControlReply Write()
    {
        var now = time.GetUtcNow();
        var state = site.Gate.Memory.State;
        var mails = site.Outbox.Summary;
        var signIn = site.SignIn;
        var look = site.Gate.Gate.LastLook;
        var troubles = site.Gate.Troubles.Present.ToArray();
        var text = new StringBuilder();
        Line("State", Sentence());
        Line("Running", $"for {Chronicle.Duration(now - startedAt)}, version {WorkerIdentity.Version}, {WorkerIdentity.Runtime}");
        Line("Grafana", $"{state.GrafanaUrl}; {signIn.Sentence}");
        Line("Last look", look is { } at ? $"{Chronicle.Duration(now - at)} ago, complete" : "none yet since the start");
        Line("Log", $"{logSource}, last line {(state.Log?.LastLineAt is { } last ? Chronicle.Duration(now - last) + " ago" : "not seen yet")}");
        Line("Accounts", string.Create(CultureInfo.InvariantCulture,
            $"{Accounts(AccountStatus.Admitted)} admitted, {Accounts(AccountStatus.DisabledBefore)} disabled before us, {Accounts(AccountStatus.Locked)} locked and waiting, {Accounts(AccountStatus.Locking)} being locked, {Accounts(AccountStatus.Rejected)} rejected"));
        Line("Mail", mails.Waiting == 0 ? "nothing waits" : $"{mails.Waiting} waiting since {mails.OldestSince:u}; {mails.LastProblem ?? "on their way"}");
        Line("Memory", site.Gate.Memory.SaveProblem ?? "written");
        foreach (var trouble in troubles) Line("TROUBLE", $"since {Chronicle.Duration(now - trouble.Since)}: {GateEvents.Sentence(trouble.Kind)} {trouble.Detail}");

        var json = new JsonObject
        {
            ["running"] = true,
            ["version"] = WorkerIdentity.Version,
            ["dryRun"] = isDryRun,
            ["signedIn"] = signIn.Phase == SignInPhase.SignedIn,
            ["lastLook"] = look,
            ["lastLogLine"] = state.Log?.LastLineAt,
            ["accounts"] = site.Gate.Memory.Book.All.Count,
            ["waiting"] = Waiting,
            ["mailsWaiting"] = mails.Waiting,
            ["troubles"] = new JsonArray([.. troubles.Select(t => new JsonObject { ["kind"] = t.Kind.ToString(), ["since"] = t.Since, ["detail"] = t.Detail })]),
        };
        return new ControlReply(troubles.Length == 0 ? ExitCode.Ok : ExitCode.Fault, text.ToString(), json.ToJsonString());

        void Line(string name, string value) => text.Append(name.PadRight(11)).Append(value).Append('\n');
    }

    private int Accounts(AccountStatus status)
    {
        // The gate may add an account at this moment; counting over a copy of the reference by index never throws.
        var all = site.Gate.Memory.Book.All;
        var count = 0;
        for (var i = 0; i < all.Count; i++)
            if (all[i].Status == status) count++;
        return count;
    }
}
