using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Grafana.Api;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.AutoDisable.Simulate;

/// <summary>Writes a <see cref="SimulationRun"/> for a person at a terminal and for a script.</summary>
internal sealed class SimulationText(TimeZoneInfo zone)
{
    private const int MostDelaysTold = 6;

    /// <summary>Under what was done stands what is known, in a column of its own.</summary>
    private const int Indent = 12;

    private readonly ZoneText clock = new(zone);

    public string Write(SimulationRun simulationRun)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"What the daemon would have done from {Time(simulationRun.Since)} until {Time(simulationRun.Now)}. Nothing was changed.\n\n");
        foreach (var account in simulationRun.Accounts) Append(text, account, simulationRun);
        foreach (var line in simulationRun.Vanished)
            text.Append(CultureInfo.InvariantCulture,
                $"{"GONE".PadRight(Indent)}{UntrustedText.Visible(line.Email, 80)} signed up{(line.At is { } at ? " " + Time(at) : "")}; "
                + $"no account has that e-mail now: deleted since, or renamed\n");
        if (simulationRun.Accounts.Count + simulationRun.Vanished.Count > 0) text.Append('\n');
        text.Append(Totals(simulationRun)).Append('\n');
        foreach (var limit in Limits(simulationRun)) text.Append(limit).Append('\n');
        return text.ToString();
    }

    public static JsonObject ToJson(SimulationRun simulationRun) => new()
    {
        ["since"] = simulationRun.Since,
        ["until"] = simulationRun.Now,
        ["wouldHaveLocked"] = simulationRun.Kept.Count(),
        ["approved"] = simulationRun.Kept.Count(account => account.Approval is not null),
        ["spared"] = simulationRun.Spared.Count(),
        ["unknownAge"] = simulationRun.Ageless,
        ["log"] = new JsonObject
        {
            ["begins"] = simulationRun.Log.Begins,
            ["complete"] = simulationRun.Log.Begins <= simulationRun.Since && simulationRun.Log.Problem is null,
            ["problem"] = simulationRun.Log.Problem,
            ["requestsLogged"] = simulationRun.HasRequests,
        },
        ["accounts"] = new JsonArray([.. simulationRun.Accounts.Select(account => Describe(account, simulationRun))]),
        ["vanished"] = new JsonArray(
            [.. simulationRun.Vanished.Select(line => new JsonObject { ["email"] = line.Email, ["at"] = line.At })]),
    };

    /// <summary>One sentence: how many, and what became of them.</summary>
    internal static string Totals(SimulationRun simulationRun)
    {
        var kept = simulationRun.Kept.ToList();
        var delays = kept.Select(account => account.ApprovedAfter).OfType<TimeSpan>().Order().ToList();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Would have locked {(kept.Count == 0 ? "nobody" : kept.Count)}");
        if (delays.Count > 0) text.Append(CultureInfo.InvariantCulture, $"; admins approved {delays.Count} of them after {Delays(delays)}");
        else if (kept.Count > 0) text.Append("; no line shows that an admin approved any of them");
        text.Append('.');
        if (kept.Count(account => account.Measure == Measure.ShowOut) is > 0 and var shownOut)
            text.Append(
                CultureInfo.InvariantCulture, $" {shownOut} of them are external and would only have been logged out again and again.");
        if (kept.Count(account => !account.User.IsDisabled && account.Approval is null) is > 0 and var inside)
            text.Append(CultureInfo.InvariantCulture, $" {inside} of them can sign in now although no line shows an approval.");
        if (simulationRun.Spared.Count() is > 0 and var spared)
            text.Append(CultureInfo.InvariantCulture, $" {spared} more would have kept their access.");
        return text.ToString();
    }

    /// <summary>What could not be seen, one sentence each.</summary>
    internal IEnumerable<string> Limits(SimulationRun simulationRun)
    {
        if (simulationRun.Log.Begins is not { } begins)
            yield return "The log could not be read: how they came, their requests and who enabled them is not known.";
        else if (begins > simulationRun.Since) yield return $"The log begins {Time(begins)}: what was written before could not be seen.";
        if (simulationRun.Log.Problem is { } problem) yield return problem;
        if (simulationRun is { Log.Begins: not null, HasRequests: false })
            yield return "The log shows no successful request: with router_logging = false (section [server] of grafana.ini) neither "
                + "requests nor approvals can be seen.";
        if (simulationRun.Ageless > 0)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"Left out, because Grafana does not tell when they were made and the log shows no sign-up of theirs: "
                + $"{simulationRun.Ageless} accounts.");
    }

    private void Append(StringBuilder text, SimulatedAccount account, SimulationRun simulationRun)
    {
        var user = account.User;
        text.Append(Measured(account.Measure).PadRight(Indent)).Append(Name(user)).Append('\n');
        Line($"came {Time(account.CameAt)}, {How(account.Arrival)}");
        if (account.Measure is Measure.Lock or Measure.ShowOut)
            Line($"was inside {Inside(account, simulationRun)}{Requests(account, simulationRun)}");
        foreach (var act in account.Acts)
            Line(
                $"{(act.IsEnabling ? "enabled" : "disabled")} by {UntrustedText.Visible(act.By, 40)} {Time(act.At)}, after "
                + $"{EventRecorder.Duration(account.After(act))}");
        if (account.Measure == Measure.ShowOut)
            Line(
                "external: Grafana's API cannot lock this account, so it would have been logged out at each sign of it; set "
                + "GRAFANA_DATABASE to lock it");

        void Line(string line) => text.Append(' ', Indent).Append(line).Append('\n');
    }

    private static string Measured(Measure measure) => measure switch
    {
        Measure.Lock => "LOCK",
        Measure.ShowOut => "SHOW OUT",
        Measure.SpareServerAdmin or Measure.SpareSelf => "left alone",
    };

    private static string Inside(SimulatedAccount account, SimulationRun simulationRun)
    {
        if (account.Inside(simulationRun.Now) is not { } span) return "until somebody disabled the account; no line tells when or who";
        return account.FirstDisabled is { } disabled
            ? $"for {EventRecorder.Duration(span)}, until {UntrustedText.Visible(disabled.By, 40)} disabled the account"
            : $"for {EventRecorder.Duration(span)} and still is";
    }

    private static string Requests(SimulatedAccount account, SimulationRun simulationRun) =>
        simulationRun.HasRequests
            ? string.Create(CultureInfo.InvariantCulture, $"; {account.Requests} request{(account.Requests == 1 ? "" : "s")}")
            : "; the requests could not be seen";

    private static string How(Arrival arrival) => arrival.Kind switch
    {
        ArrivalKind.SignUpForm => "by the sign-up form" + From(arrival),
        ArrivalKind.Invitation => "by an invitation" + From(arrival),
        ArrivalKind.TakenInvitation => "by the sign-up form with somebody's invitation" + From(arrival),
        ArrivalKind.SingleSignOn =>
            $"{(arrival.IsProbable ? "probably " : "")}by {UntrustedText.Visible(arrival.Through, 40)}{From(arrival)}",
        ArrivalKind.MadeByAdmin => $"probably made by {UntrustedText.Visible(arrival.By, 40)}",
        ArrivalKind.Unknown => "no line tells how",
    };

    private static string From(Arrival arrival) =>
        arrival.Address is { Length: > 0 } address ? $", from {UntrustedText.Visible(address, 64)} as claimed" : "";

    private static string Delays(IReadOnlyList<TimeSpan> delays)
    {
        var told = delays.Select(EventRecorder.Duration).ToList();
        return told.Count switch
        {
            1 => told[0],
            <= MostDelaysTold => $"{string.Join(", ", told.SkipLast(1))} and {told[^1]}",
            _ => $"{told[0]} to {told[^1]}, half of them within {told[(told.Count - 1) / 2]}",
        };
    }

    private static string Name(GrafanaUser user) => string.Create(CultureInfo.InvariantCulture,
        $"{(user.Uid is { } uid ? $"uid:{uid}" : $"id:{user.Id}")}  id {user.Id}  {UntrustedText.Visible(user.Name, 30)} "
        + $"<{UntrustedText.Visible(user.Email, 50)}>{(user.IsAdmin ? "  SERVER ADMIN" : "")}");

    private string Time(DateTimeOffset at) => clock.Second(at);

    private static JsonObject Describe(SimulatedAccount account, SimulationRun simulationRun) => new()
    {
        ["uid"] = account.User.Uid,
        ["id"] = account.User.Id,
        ["login"] = account.User.Login,
        ["email"] = account.User.Email,
        ["name"] = account.User.Name,
        ["would"] = account.Measure.ToString(),
        ["cameAt"] = account.CameAt,
        ["how"] = account.Arrival.Kind.ToString(),
        ["address"] = account.Arrival.Address,
        ["madeBy"] = account.Arrival.By,
        ["insideSeconds"] = account.Inside(simulationRun.Now)?.TotalSeconds,
        ["requests"] = simulationRun.HasRequests ? account.Requests : null,
        ["disabledNow"] = account.User.IsDisabled,
        ["acts"] = new JsonArray(
        [
            .. account.Acts.Select(act =>
                new JsonObject { ["at"] = act.At, ["act"] = act.IsEnabling ? "enabled" : "disabled", ["by"] = act.By }),
        ]),
        ["approvedBy"] = account.Approval?.By,
        ["approvedAfterSeconds"] = account.ApprovedAfter?.TotalSeconds,
    };
}
