using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.Notify.Mails;
using Athena.AutoDisable.Policy;
using Athena.AutoDisable.State;
using Athena.Common.Grafana.Api;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.AutoDisable.Enforcement;

/// <summary>
/// Who it is, for the person who is about to decide about them. All texts but ours are strangers' and made visible. Pure.
/// </summary>
/// <param name="User">As Grafana lists it.</param>
/// <param name="Account">What is known of it; null when nothing is.</param>
/// <param name="Organisations">With the role in each; null when Grafana did not say.</param>
/// <param name="BaselineAt">Since when those of the baseline are let be.</param>
/// <param name="Zone">In which times are written.</param>
internal sealed record Dossier(
    GrafanaUser User, Account? Account, IReadOnlyList<OrganisationMembership>? Organisations, DateTimeOffset BaselineAt,
    ZoneText Zone)
{
    private const int Most = 10;

    /// <summary>A line each.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        foreach (var (name, value) in Rows()) text.Append(CultureInfo.InvariantCulture, $"  {name,-14}{value}\n");
        return text.ToString();
    }

    public JsonObject ToJson()
    {
        var rows = new JsonObject
        {
            ["selector"] = DecisionRules.Selector(User),
            ["id"] = User.Id,
            ["serverAdmin"] = User.IsAdmin,
            ["disabled"] = User.IsDisabled,
        };
        foreach (var (name, value) in Rows()) rows[JsonNamingPolicy(name)] = value;
        return rows;

        static string JsonNamingPolicy(string name) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(name.Replace(
            "-", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal));
    }

    private IEnumerable<(string Name, string Value)> Rows()
    {
        yield return ("Account", string.Create(CultureInfo.InvariantCulture, $"{DecisionRules.Selector(User)}  id {User.Id}"));
        yield return ("Name", UntrustedText.Visible(User.Name, 60) is { Length: > 0 } name ? name : "(none)");
        yield return ("E-mail", UntrustedText.Visible(User.Email, 80));
        yield return ("Login", UntrustedText.Visible(User.Login, 80));
        if (User.IsAdmin)
            yield return (
                "Server admin",
                Account?.Case is { } open && Wording.ServerAdmin(open) is { } how ? $"YES, {ExposureText.Plain(how)}" : "YES");
        yield return (
            "Organisations",
            Organisations is null
                ? "(Grafana did not say)"
                : Organisations.Count == 0
                    ? "(none)"
                    : string.Join(", ", Organisations.Take(Most).Select(Role))
                        + (Organisations.Count > Most ? $" and {Organisations.Count - Most} more" : ""));
        yield return ("Access", Access());
        var seen = User.LastSeenAt is { } at && !(at < User.Created) ? at : (DateTimeOffset?)null;
        yield return ("Last seen", seen is { } last ? Zone.Minute(last) : "never");
    }

    private static string Role(OrganisationMembership membership) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{UntrustedText.Visible(membership.Role, 20)} in {UntrustedText.Visible(membership.Name, 40)} ({membership.OrgId})");

    private string Access() => Account switch
    {
        { Found: { } found } => $"FOUND ENABLED, inside, by nobody known, since {Zone.Minute(found.At)}",
        null => User.IsDisabled ? "disabled; not known to the daemon" : "enabled; not known to the daemon",
        { Status: AccountStatus.Admitted, Decision: { } decision } =>
            $"admitted since {Day(decision.At)}, by {UntrustedText.Visible(decision.By, 60)}"
                + (Account.Until is { } end ? $", until {Zone.Minute(end)}" : ""),
        { Status: AccountStatus.Admitted } => $"admitted, there at the baseline of {Day(BaselineAt)}",
        { Status: AccountStatus.DisabledBefore } => "disabled since before the daemon was set up",
        { Status: AccountStatus.Rejected, Decision: { } decision } =>
            $"rejected on {Day(decision.At)}, by {UntrustedText.Visible(decision.By, 60)}",
        { Status: AccountStatus.Rejected } => "rejected",
        { Case: { } open } => $"waits since {Zone.Minute(open.OpenedAt)}",
        _ => "waits",
    };

    private string Day(DateTimeOffset at) => Zone.Day(at);
}
