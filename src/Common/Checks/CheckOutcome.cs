namespace Athena.Common.Checks;

/// <summary>How one thing was found by <c>check</c>.</summary>
public enum CheckOutcome
{
    /// <summary>It works.</summary>
    Ok,

    /// <summary>The daemon does its work; it is good to know, and changes no exit code.</summary>
    Note,

    /// <summary>It works, but somebody should know.</summary>
    Warning,

    /// <summary>The daemon cannot do its work so.</summary>
    Failed,
}
