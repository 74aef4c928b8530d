using Athena.Compliance.Evidence;

namespace Athena.Compliance.State;

/// <summary>Where decisions are kept with their evidence, for those who ask later.</summary>
internal interface IEvidenceStore
{
    /// <summary>Keeps it under its id; keeping the same again changes nothing. False when the disk refuses.</summary>
    bool TryKeep(WindowEvidence evidence, out string? problem);
}
