using Athena.Common.Daemon.OwnAccount;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Identities;
using Athena.Common.Text;

namespace Athena.Compliance.Evidence;

/// <summary>
/// What is wrong with how the daemon is set up: whoever is an administrator for Grafana and not for us, or the other way round, changes
/// what the reports mean. Pure.
/// </summary>
internal static class SetupWarnings
{
    private const int LongestName = 60;

    /// <param name="ownId">Our own account's; null when it is not known, or is nobody's.</param>
    public static IReadOnlyList<string> Of(UserDirectory userDirectory, IReadOnlySet<long> admins, long? ownId)
    {
        List<string> warnings = [];
        if (ownId is { } own && admins.Contains(own))
            warnings.Add(
                $"The daemon signs in with the account of an administrator (user id {own}). Give it an account of its own: what the "
                + "administrator does is told from what the daemon does only by path and referer.");
        // A new organisation is told once, with the command.
        warnings.AddRange(UserDirectoryGap.Sentences(userDirectory.Gaps.Where(gap => gap.IsRefused)));
        if (userDirectory.Users is not { } users)
            return warnings;

        foreach (var id in admins.Order())
        {
            if (users.GetValueOrDefault(id) is not { } user)
                warnings.Add(
                    $"ADMIN_USER_IDS has {id}, but Grafana has no user with that id. Take it out: an account that gets this id "
                    + "one day would count as an administrator.");
            else if (!user.IsAdmin)
                warnings.Add(
                    $"ADMIN_USER_IDS has {id} ({Name(user)}), who is no server admin in Grafana. Until you take the id out, "
                    + "an hour in which only they work is reported as one with only administrators.");
        }

        warnings.AddRange(users.Values.Where(user =>
            user is { IsAdmin: true, IsDisabled: false } && !admins.Contains(user.Id) && user.Id != ownId).OrderBy(user => user.Id)
            .Select(user =>
                $"User id {user.Id} ({Name(user)}) is a server admin in Grafana and not in ADMIN_USER_IDS: an hour in which they are "
                + "active counts as in use and is not reported. " + (ExpectedAccount.IsServiceName(user.Login)
                    ? "It is named like an account of these daemons: where none uses it any more, delete it in Grafana."
                    : "Add the id, or take the right from them in Grafana.")));
        return warnings;
    }

    private static string Name(GrafanaUser user) => UntrustedText.Visible(user.Login, LongestName);
}
