namespace Athena.AutoDisable.Policy;

/// <summary>What a complete list says about the Grafana behind it.</summary>
/// <param name="IsUnknownDatabase">It is not the Grafana we know: restored, imported, or another server.</param>
/// <param name="Missing">Accounts that we know and the list does not.</param>
/// <param name="Unknown">Accounts that the list has and we do not.</param>
internal sealed record DatabaseIdentityCheck(bool IsUnknownDatabase, int Missing, int Unknown);
