namespace Athena.Common.GrafanaLog.Sources.JournalSource;

/// <summary>What a look at the journal's files found.</summary>
/// <param name="IsOvertaken">A file that was being written at the last look is gone: others may have come and gone unread.</param>
/// <param name="Damaged">Files that the library has left out since the last look.</param>
/// <param name="Blind">The file that is being written, when it is one of those left out: nothing new can be seen; else null.</param>
internal sealed record JournalFinding(bool IsOvertaken, IReadOnlyList<string> Damaged, string? Blind);
