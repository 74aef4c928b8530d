namespace Athena.AutoDisable.Accounts;

/// <summary>The role that somebody had in an organisation before it was taken from him; given back when he is approved.</summary>
internal sealed record RoleBefore(long OrgId, string Role);
