namespace Athena.AutoDisable.State;

/// <summary>Who may decide by the buttons in the chat; see docs/decisions.md.</summary>
/// <param name="People">By the number that Telegram gave them: the address whose PIN they have, or null for one who only rejects.</param>
internal sealed record ChatDecisionOptions(IReadOnlyDictionary<long, string?> People)
{
    /// <summary>Those who approve with their PIN.</summary>
    public IEnumerable<string> Addresses => People.Values.OfType<string>();
}
