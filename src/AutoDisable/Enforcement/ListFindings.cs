namespace Athena.AutoDisable.Enforcement;

/// <summary>What may come of an account that the list shows or lacks: let in, found enabled, gone, disabled by an admin.</summary>
internal sealed record ListFindings(
    Approvals Approvals, FoundEnabledAccounts FoundEnabled, DeletedAccounts Deleted, Disablements Disablements);
