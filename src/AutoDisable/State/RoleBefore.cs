namespace Athena.AutoDisable.State;

/// <summary>The role that somebody had in an organisation before it was taken from them; given back when they are approved.</summary>
internal sealed record RoleBefore(long OrgId, string Role);
