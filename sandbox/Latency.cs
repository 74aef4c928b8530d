namespace Athena.Sandbox;

/// <summary>How long an answer takes.</summary>
public enum Latency
{
    /// <summary>At once: for quick tests.</summary>
    None,

    /// <summary>The median that the recordings show for each kind of call.</summary>
    Recorded,
}
