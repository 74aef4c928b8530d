namespace Athena.AutoDisable.Enforcement;

/// <summary>What one slice of work that can wait has come to.</summary>
[Flags]
internal enum Progress
{
    None = 0,

    /// <summary>Something is to be written down; the caller commits.</summary>
    Changed = 1,

    /// <summary>More of the same is due at once: there were more than one slice takes.</summary>
    Unfinished = 2,
}
