namespace Athena.Sandbox.Contract;

/// <summary>
/// Exchanges that only make sense in their order; blocks themselves may come in any order that respects <see cref="After"/>.
/// </summary>
internal sealed record Block(string Recording, int From, int To, params string[] After)
{
    public string Name { get; init; } = $"{From}";
}
