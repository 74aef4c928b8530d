using System.Globalization;
using System.Text;

namespace Athena.Common.Notify.Channels.Telegram;

/// <summary>How somebody is named in a message. The result is still a stranger's text: docs/grafana.md §1. Pure.</summary>
public static class PersonName
{
    private const int KeptOfPlainLogin = 2;

    /// <summary>As much of the login as the style allows.</summary>
    public static string Of(string login, long id, NameStyle style) => style switch
    {
        NameStyle.Id => string.Create(CultureInfo.InvariantCulture, $"user {id}"),
        NameStyle.Masked => Mask(login),
        NameStyle.Login => login,
    };

    /// <summary><c>n…@h…</c> of an address, the first two letters of another login; never the whole of it, however short.</summary>
    private static string Mask(string login)
    {
        var at = login.IndexOf('@', StringComparison.Ordinal);
        return at < 0 ? Beginning(login, KeptOfPlainLogin) : $"{Beginning(login[..at], 1)}@{Beginning(login[(at + 1)..], 1)}";
    }

    private static string Beginning(string text, int count)
    {
        var kept = new StringBuilder();
        var runes = text.EnumerateRunes().ToList();
        foreach (var rune in runes.Take(Math.Min(count, runes.Count - 1))) kept.Append(rune);
        return kept.Append('…').ToString();
    }
}
