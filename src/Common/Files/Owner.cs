namespace Athena.Common.Files;

/// <summary>
/// User and group that a file belongs to, as numbers: under systemd's DynamicUser= they have no names outside of the unit.
/// </summary>
internal readonly record struct Owner(uint User, uint Group)
{
    public bool IsRoot => User == 0;
}
