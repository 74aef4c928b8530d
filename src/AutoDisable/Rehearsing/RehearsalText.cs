using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Athena.AutoDisable.Accounts;
using Athena.Common.Grafana;
using Athena.Common.Notifications;

namespace Athena.AutoDisable.Rehearsing;

/// <summary>Writes a <see cref="Rehearsal"/> for a person at a terminal and for a script.</summary>
internal sealed class RehearsalText(TimeZoneInfo zone)
{
    private const int MostDelaysTold = 6;

    public string Write(Rehearsal rehearsal)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"What the daemon would have done from {Time(rehearsal.Since)} until {Time(rehearsal.Now)}. Nothing was changed.\n\n");
        foreach (var account in rehearsal.Accounts) Append(text, account, rehearsal);
        foreach (var line in rehearsal.Vanished)
            text.Append(CultureInfo.InvariantCulture, $"GONE      {HostileText.Visible(line.Email, 80)} signed up{(line.At is { } at ? " " + Time(at) : "")}; no account has that e-mail now: deleted since, or renamed\n");
        if (rehearsal.Accounts.Count + rehearsal.Vanished.Count > 0) text.Append('\n');
        text.Append(Totals(rehearsal)).Append('\n');
        foreach (var limit in Limits(rehearsal)) text.Append(limit).Append('\n');
        return text.ToString();
    }

    public static JsonObject ToJson(Rehearsal rehearsal) => new()
    {
        ["since"] = rehearsal.Since,
        ["until"] = rehearsal.Now,
        ["wouldHaveLocked"] = rehearsal.Kept.Count(),
        ["approved"] = rehearsal.Kept.Count(account => account.Approval is not null),
        ["spared"] = rehearsal.Spared.Count(),
        ["unknownAge"] = rehearsal.Ageless,
        ["log"] = new JsonObject
        {
            ["begins"] = rehearsal.Log.Begins,
            ["complete"] = rehearsal.Log.Begins <= rehearsal.Since && rehearsal.Log.Problem is null,
            ["problem"] = rehearsal.Log.Problem,
            ["requestsLogged"] = rehearsal.HasRequests,
        },
        ["accounts"] = new JsonArray([.. rehearsal.Accounts.Select(account => Describe(account, rehearsal))]),
        ["vanished"] = new JsonArray([.. rehearsal.Vanished.Select(line => new JsonObject { ["email"] = line.Email, ["at"] = line.At })]),
    };

    /// <summary>One sentence: how many, and what became of them.</summary>
    internal static string Totals(Rehearsal rehearsal)
    {
        var kept = rehearsal.Kept.ToList();
        var delays = kept.Select(account => account.ApprovedAfter).OfType<TimeSpan>().Order().ToList();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Would have locked {(kept.Count == 0 ? "nobody" : kept.Count)}");
        if (delays.Count > 0) text.Append(CultureInfo.InvariantCulture, $"; admins approved {delays.Count} of them after {Delays(delays)}");
        else if (kept.Count > 0) text.Append("; no line shows that an admin approved any of them");
        text.Append('.');
        if (kept.Count(account => account.Measure == Measure.ShowOut) is > 0 and var shownOut)
            text.Append(CultureInfo.InvariantCulture, $" {shownOut} of them are external and would only have been logged out again and again.");
        if (kept.Count(account => !account.User.IsDisabled && account.Approval is null) is > 0 and var inside)
            text.Append(CultureInfo.InvariantCulture, $" {inside} of them can sign in now although no line shows an approval.");
        if (rehearsal.Spared.Count() is > 0 and var spared) text.Append(CultureInfo.InvariantCulture, $" {spared} more would have been let be.");
        return text.ToString();
    }

    /// <summary>What could not be seen, one sentence each.</summary>
    internal IEnumerable<string> Limits(Rehearsal rehearsal)
    {
        if (rehearsal.Log.Begins is not { } begins) yield return "The log could not be read: how they came, their requests and who enabled them is not known.";
        else if (begins > rehearsal.Since) yield return $"The log begins {Time(begins)}: what was written before could not be seen.";
        if (rehearsal.Log.Problem is { } problem) yield return problem;
        if (rehearsal is { Log.Begins: not null, HasRequests: false })
            yield return "The log shows no successful request: with router_logging = false (section [server] of grafana.ini) neither requests nor approvals can be seen.";
        if (rehearsal.Ageless > 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"Left out, because Grafana does not tell when they were made and the log shows no sign-up of theirs: {rehearsal.Ageless} accounts.");
    }

    private void Append(StringBuilder text, RehearsedAccount account, Rehearsal rehearsal)
    {
        var user = account.User;
        text.Append(Measured(account.Measure).PadRight(10)).Append(Name(user)).Append('\n');
        Line($"came {Time(account.CameAt)}, {How(account.Arrival)}");
        if (account.Measure is Measure.Lock or Measure.ShowOut) Line($"was inside {Inside(account, rehearsal)}{Requests(account, rehearsal)}");
        foreach (var act in account.Acts)
            Line($"{(act.IsEnabling ? "enabled" : "disabled")} by {HostileText.Visible(act.By, 40)} {Time(act.At)}, after {Chronicle.Duration(account.After(act))}");
        if (account.Measure == Measure.ShowOut) Line("external: Grafana's API cannot lock him, so he would have been logged out at each sign of him; set GRAFANA_DATABASE to lock him");

        void Line(string line) => text.Append(' ', 10).Append(line).Append('\n');
    }

    private static string Measured(Measure measure) => measure switch
    {
        Measure.Lock => "LOCK",
        Measure.ShowOut => "SHOW OUT",
        _ => "let be",
    };

    private static string Inside(RehearsedAccount account, Rehearsal rehearsal)
    {
        if (account.Inside(rehearsal.Now) is not { } span) return "until somebody disabled him; no line tells when or who";
        return account.FirstDisabled is { } disabled
            ? $"for {Chronicle.Duration(span)}, until {HostileText.Visible(disabled.By, 40)} disabled him"
            : $"for {Chronicle.Duration(span)} and still is";
    }

    private static string Requests(RehearsedAccount account, Rehearsal rehearsal) =>
        rehearsal.HasRequests ? string.Create(CultureInfo.InvariantCulture, $"; {account.Requests} request{(account.Requests == 1 ? "" : "s")}") : "; his requests could not be seen";

    private static string How(Arrival arrival) => arrival.Kind switch
    {
        ArrivalKind.SignUpForm => "by the sign-up form" + From(arrival),
        ArrivalKind.Invitation => "by an invitation" + From(arrival),
        ArrivalKind.TakenInvitation => "by the sign-up form with somebody's invitation" + From(arrival),
        ArrivalKind.SingleSignOn => $"{(arrival.IsProbable ? "probably " : "")}by {HostileText.Visible(arrival.Through, 40)}{From(arrival)}",
        ArrivalKind.MadeByAdmin => $"probably made by {HostileText.Visible(arrival.By, 40)}",
        _ => "no line tells how",
    };

    private static string From(Arrival arrival) =>
        arrival.Address is { Length: > 0 } address ? $", from {HostileText.Visible(address, 64)} as he claims" : "";

    private static string Delays(IReadOnlyList<TimeSpan> delays)
    {
        var told = delays.Select(Chronicle.Duration).ToList();
        return told.Count switch
        {
            1 => told[0],
            <= MostDelaysTold => $"{string.Join(", ", told.SkipLast(1))} and {told[^1]}",
            _ => $"{told[0]} to {told[^1]}, half of them within {told[(told.Count - 1) / 2]}",
        };
    }

    private static string Name(GrafanaUser user) => string.Create(CultureInfo.InvariantCulture,
        $"{(user.Uid is { } uid ? $"uid:{uid}" : $"id:{user.Id}")}  id {user.Id}  {HostileText.Visible(user.Name, 30)} <{HostileText.Visible(user.Email, 50)}>{(user.IsAdmin ? "  SERVER ADMIN" : "")}");

    private string Time(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd HH:mm:sszzz", CultureInfo.InvariantCulture);

    private static JsonObject Describe(RehearsedAccount account, Rehearsal rehearsal) => new()
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
        ["insideSeconds"] = account.Inside(rehearsal.Now)?.TotalSeconds,
        ["requests"] = rehearsal.HasRequests ? account.Requests : null,
        ["disabledNow"] = account.User.IsDisabled,
        ["acts"] = new JsonArray([.. account.Acts.Select(act => new JsonObject { ["at"] = act.At, ["act"] = act.IsEnabling ? "enabled" : "disabled", ["by"] = act.By })]),
        ["approvedBy"] = account.Approval?.By,
        ["approvedAfterSeconds"] = account.ApprovedAfter?.TotalSeconds,
    };
}
