using System.Globalization;
using Athena.Common.Grafana.Api;
using Athena.Common.Text;

namespace Athena.AutoDisable.State;

/// <summary>
/// Finds the account that a command names: <c>uid:</c>, <c>id:</c>, <c>login:</c>, <c>email:</c>, or a bare word that fits one account
/// only. Strangers choose logins that look like other people's ids, uids and e-mails, so a word that fits two is refused. Pure.
/// </summary>
internal static class AccountSelector
{
    /// <summary>Every account of <paramref name="users"/> that <paramref name="text"/> may mean.</summary>
    public static IReadOnlyList<GrafanaUser> Matches(IReadOnlyList<GrafanaUser> users, string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var value = text[(colon + 1)..];
        if (value.Length == 0) return []; // Strangers may have an empty e-mail; an empty word must not mean them.
        return (colon > 0 ? text[..colon] : "") switch
        {
            "uid" => Where(user => user.Uid == value),
            "id" => Where(user => IsId(user, value)),
            "login" => Where(user => Same(user.Login, value)),
            "email" => Where(user => Same(user.Email, value)),
            _ => Where(user => user.Uid == text || IsId(user, text) || Same(user.Login, text) || Same(user.Email, text)),
        };

        List<GrafanaUser> Where(Func<GrafanaUser, bool> fits) => [.. users.Where(fits)];
    }

    private static bool IsId(GrafanaUser user, string value) => user.Id.ToString(CultureInfo.InvariantCulture) == value;

    /// <summary>As far as the list keeps them: two that differ later only are two that the word fits.</summary>
    private static bool Same(string a, string b) => ClaimedText.Same(a, b);
}
