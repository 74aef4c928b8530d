namespace Athena.Common.GrafanaLog.Ranges;

/// <summary>What comes in the place of a line.</summary>
internal enum FrameMark
{
    /// <summary>The next frame is the report, and the last.</summary>
    Report = -1,

    /// <summary>A piece of a line that was broken off.</summary>
    Unfinished = -2,

    /// <summary>A line that was skipped because it is longer than 1 MiB.</summary>
    TooLong = -3,
}
