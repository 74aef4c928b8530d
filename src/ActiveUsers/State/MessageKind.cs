namespace Athena.ActiveUsers.State;

/// <summary>Messages differ in what is worse: to say something twice, or never.</summary>
internal enum MessageKind
{
    /// <summary>Never twice; a late one is superseded by the next.</summary>
    Pulse,

    /// <summary>Never lost; after a crash it may come twice, and says so.</summary>
    Alert,
}
