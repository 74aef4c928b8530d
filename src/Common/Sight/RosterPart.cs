namespace Athena.Common.Sight;

/// <summary>What a roster is put together from.</summary>
internal enum RosterPart
{
    Users,
    Organisations,
    ServiceAccounts,
}
