namespace Athena.AutoDisable.State;

/// <summary>
/// An account that should be locked was found enabled, nobody was seen doing it, and that proves no approval. It is inside until the
/// admins answer or the time for that is over.
/// </summary>
/// <param name="At">When it was held.</param>
/// <param name="ToldKey">Key of the mail that names it to the admins; null while none is planned.</param>
internal sealed record FoundEnabled(DateTimeOffset At, string? ToldKey = null)
{
    /// <summary>How long the admins have to answer.</summary>
    public static readonly TimeSpan AnswerAwaited = TimeSpan.FromMinutes(15);
}
