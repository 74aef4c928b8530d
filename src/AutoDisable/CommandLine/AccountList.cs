using System.Globalization;
using Athena.Common.Grafana.Api;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.AutoDisable.CommandLine;

/// <summary>Who is in Grafana, for whoever says which of them may stay: the youngest first, as those are the ones to look at.</summary>
internal static class AccountList
{
    /// <summary>What somebody reads at a question; all of them are a command away.</summary>
    public const int Most = 20;

    private const int AtOnce = 8;
    private const int LongestText = 30;

    /// <param name="users">Who is listed.</param>
    /// <param name="most">So many of them are shown.</param>
    /// <param name="grafana">Is asked for the roles of those who are shown.</param>
    /// <param name="zone">Of the times.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>A table with its heading, a line end behind each row; empty where there is nobody.</returns>
    public static async Task<string> WriteAsync(
        IReadOnlyList<GrafanaUser> users, int most, IGrafana grafana, ZoneText zone, CancellationToken cancel)
    {
        if (users.Count == 0) return "";
        var table = new TextTable("LOGIN", "NAME", "ROLE", "LAST SEEN", "CREATED");
        foreach (var part in users.OrderByDescending(user => user.Created ?? DateTimeOffset.MaxValue).Take(most).Chunk(AtOnce))
        {
            var roles = await Task.WhenAll(part.Select(user => RoleAsync(user, grafana, cancel))).ConfigureAwait(false);
            foreach (var (user, role) in part.Zip(roles))
                table.Add(
                    UntrustedText.Visible(user.Login, LongestText), UntrustedText.Visible(user.Name, LongestText),
                    user.IsDisabled ? $"{role}, disabled" : role,
                    user.LastSeenAt is { } seen && seen >= user.Created ? zone.Minute(seen) : "never",
                    user.Created is { } made ? zone.Minute(made) : "not known");
        }

        return table.ToString();
    }

    private static async Task<string> RoleAsync(GrafanaUser user, IGrafana grafana, CancellationToken cancel)
    {
        if (user.IsAdmin) return "server admin";
        var answer = await grafana.OrganisationsOfAsync(user.Id, cancel).ConfigureAwait(false);
        return !answer.IsDone ? "not known"
            : answer.Value.Count == 0 ? "in no organisation"
            : string.Join(", ", answer.Value.GroupBy(one => UntrustedText.Visible(one.Role, LongestText)).Select(roles =>
                roles.Count() == 1
                    ? roles.Key
                    : string.Create(CultureInfo.InvariantCulture, $"{roles.Key} in {roles.Count()} organisations")));
    }
}
