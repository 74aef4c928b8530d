namespace Athena.Common.Notify;

/// <summary>How soon somebody should look.</summary>
public enum Severity
{
    /// <summary>For knowing; makes no sound.</summary>
    Info,

    /// <summary>Today.</summary>
    Warning,

    /// <summary>Now.</summary>
    Critical,
}
