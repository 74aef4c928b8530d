using System.Text.Json.Serialization;

namespace Athena.AutoDisable.State;

/// <summary>An approval that was known before the account was seen in the list: kept until the list shows it.</summary>
/// <param name="Subject">Id or uid, as the request's path named it; or <see cref="ByLogin"/> with the login of an account that root makes
/// for us.</param>
/// <param name="IsOfCopy">Another copy of this daemon approved it, and so it holds for external accounts as well.</param>
internal sealed record EarlyApproval(string Subject, Decision Decision, bool IsOfCopy = false)
{
    /// <summary>Begins the subject of an account that root is about to make for the daemons: no id and no uid begins so.</summary>
    public const string ByLogin = "login:";

    /// <summary>It is an account for the daemons.</summary>
    [JsonIgnore]
    public bool IsOfOurs => Subject.StartsWith(ByLogin, StringComparison.Ordinal);
}
