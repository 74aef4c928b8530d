using Athena.AutoDisable.Evidence;

namespace Athena.AutoDisable.State;

/// <summary>Facts that a letter carries itself because the state may have moved on when it is written.</summary>
internal sealed record LetterNote(
    string? Text = null,
    TroubleKind? Trouble = null,
    DateTimeOffset? Since = null,
    Person? Person = null,
    Decision? Decision = null,
    int Count = 0,
    Exposure? Exposure = null,
    DrillRun? Drill = null,
    NoticeTheme? Theme = null,
    IReadOnlyList<Letter>? Letters = null,
    DateTimeOffset? Until = null,
    bool? IsDeleted = null);
