namespace Athena.Common.State.Audit;

/// <summary>What <c>audit verify</c> found.</summary>
/// <param name="Lines">Whole lines read, in both files.</param>
/// <param name="First">Number of the first line that is kept; 0 when there is none.</param>
/// <param name="Head">The newest line.</param>
/// <param name="Problems">Each a sentence that names file and line: the record was changed.</param>
/// <param name="Remarks">Explained oddities that are no fault: a line cut off by a crash, lines dropped when their time was over.</param>
public sealed record AuditVerification(
    long Lines, long First, AuditAnchor Head, IReadOnlyList<string> Problems, IReadOnlyList<string> Remarks)
{
    public bool IsIntact => Problems.Count == 0;
}
