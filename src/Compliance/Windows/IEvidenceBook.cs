using Athena.Compliance.Evidence;

namespace Athena.Compliance.Windows;

/// <summary>Where decisions are kept with their evidence, for those who ask later.</summary>
internal interface IEvidenceBook
{
    /// <summary>Keeps it under its id; keeping the same again changes nothing. False when the disk refuses.</summary>
    bool TryKeep(WindowEvidence evidence, out string? problem);
}
