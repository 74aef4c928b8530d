namespace Athena.Common.GrafanaLog.Sources;

/// <summary>Why reading a file has stopped.</summary>
internal enum DrainEnd
{
    /// <summary>Every complete line that it holds has been handed over.</summary>
    EndOfFile,

    /// <summary>As much was read as one call may.</summary>
    BudgetSpent,

    /// <summary>The file is shorter than what was read of it.</summary>
    Truncated,

    /// <summary>The bytes before the offset are others than those that were read.</summary>
    Rewritten,

    /// <summary>The handler wants no more.</summary>
    Enough,
}
