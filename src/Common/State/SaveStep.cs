namespace Athena.Common.State;

/// <summary>The points between which a crash can fall while a state is saved; for tests.</summary>
internal enum SaveStep
{
    TemporaryCreated,
    TemporaryHalfWritten,
    TemporaryWritten,
    TemporarySynced,
    PreviousRemoved,
    PreviousKept,
    ChangesKept,
    Renamed,
    DirectorySynced,
    CopyWritten,
    CopyKept,
    ChangeBegun,
    ChangeHalfWritten,
    ChangeWritten,
    ChangeSynced,
}
