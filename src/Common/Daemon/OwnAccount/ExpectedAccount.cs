using System.Security.Cryptography;

namespace Athena.Common.Daemon.OwnAccount;

/// <summary>
/// An account for the daemons that is about to be made, named beforehand to the gate, which would lock it as it locks everybody new.
/// </summary>
public static class ExpectedAccount
{
    /// <summary>The request on the gate's control socket; its argument is <c>login</c>.</summary>
    public const string Command = "expect-account";

    /// <summary>How the login of every such account begins.</summary>
    private const string Prefix = "athena-workers-";

    private const int RandomBytes = 6;

    /// <summary>A login that nobody guesses: five wrong passwords by anybody lock one for five minutes (docs/grafana.md §5).</summary>
    internal static string DrawLogin() => Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary>Whether a login may have been drawn so, and is no name that a stranger could have.</summary>
    public static bool IsDrawn(string login) =>
        login.StartsWith(Prefix, StringComparison.Ordinal) && login.Length == Prefix.Length + (2 * RandomBytes)
        && login[Prefix.Length..].All(char.IsAsciiHexDigitLower);
}
