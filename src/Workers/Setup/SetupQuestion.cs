namespace Athena.Workers.Setup;

/// <summary>A setting without which a fresh host does not work, and how a person is asked for it.</summary>
/// <param name="Key">Of the settings file.</param>
/// <param name="Text">The question, without its question mark.</param>
internal sealed record SetupQuestion(string Key, string Text)
{
    /// <summary>In whose file it is written; null: in the one that all share.</summary>
    public string? Daemon { get; init; }

    /// <summary>Taken when nothing is typed; null where there is none.</summary>
    public string? Default { get; init; }

    /// <summary>Asked for without echo, shown nowhere.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Nothing typed is an answer, too.</summary>
    public bool MayBeEmpty { get; init; }

    /// <summary>Asked only where this key has a value; null: always.</summary>
    public string? Needs { get; init; }

    /// <summary>Asked only where <see cref="Needs"/> has this value; null: any.</summary>
    public string? NeedsValue { get; init; }

    /// <summary>Asked only where somebody wants to decide from a mail, which is off by itself.</summary>
    public bool IsOfDecisions { get; init; }
}
