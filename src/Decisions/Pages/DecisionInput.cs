namespace Athena.Decisions.Pages;

/// <summary>What somebody filled in, to be shown again beside what was wrong with it. A PIN is typed anew.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Tells">Whether the reason is mailed to the applicant.</param>
/// <param name="Until">The last day of access, as it was typed.</param>
internal sealed record DecisionInput(string Reason = "", bool Tells = false, string Until = "");
