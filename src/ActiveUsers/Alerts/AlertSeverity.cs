namespace Athena.ActiveUsers.Alerts;

/// <summary>How soon somebody should look.</summary>
internal enum AlertSeverity
{
    /// <summary>For knowing; makes no sound.</summary>
    Info,

    /// <summary>Today.</summary>
    Warning,

    /// <summary>Now.</summary>
    Critical,
}
