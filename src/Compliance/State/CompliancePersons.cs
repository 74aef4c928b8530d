using Athena.Common.State.Persons;

namespace Athena.Compliance.State;

/// <summary>What the daemon keeps of people beside its messages and its audit.</summary>
internal static class CompliancePersons
{
    private static readonly PersonFields Fields = PersonFields.Of(
        PersonIdentity.Erased, ["reason", "cause", "warnings", "warningsTold", "surroundingsTold"]);

    /// <param name="directory">The state directory.</param>
    public static IReadOnlyList<IPersonShelf> In(string directory) =>
    [
        new StateShelf<ComplianceState>(ComplianceState.In(directory), ComplianceJson.Default.ComplianceState, Fields),
        new FolderShelf("evidence", Path.Combine(directory, EvidenceStore.FolderName), Fields),
    ];
}
