using System.Text;

namespace Athena.Common.Grafana.Api.SignIn;

/// <summary>What a request carries to be let in.</summary>
/// <param name="Header"><c>Cookie</c> or <c>Authorization</c>.</param>
/// <param name="Generation">Counts the sessions, so that a refusal can be told from a refusal of one already replaced.</param>
internal sealed record Credential(string Header, string Value, long Generation)
{
    /// <summary>The header of a password that goes along with each request.</summary>
    public const string PasswordHeader = "Authorization";

    /// <summary>Name and password with each request: only where Grafana opens no session for them.</summary>
    public static Credential Basic(string login, string password, long generation) =>
        new(PasswordHeader, "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login}:{password}")), generation);

    /// <summary>Without the value: a record's own text would print it.</summary>
    public override string ToString() => $"{Header} #{Generation}";
}
