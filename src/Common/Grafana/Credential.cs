namespace Athena.Common.Grafana;

/// <summary>What a request carries to be let in.</summary>
/// <param name="Header"><c>Cookie</c> or <c>Authorization</c>.</param>
/// <param name="Generation">Counts the sessions, so that a refusal can be told from a refusal of one already replaced.</param>
internal sealed record Credential(string Header, string Value, long Generation)
{
    /// <summary>Without the value: a record's own text would print it.</summary>
    public override string ToString() => $"{Header} #{Generation}";
}
