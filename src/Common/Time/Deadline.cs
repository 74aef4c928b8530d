namespace Athena.Common.Time;

/// <summary>When something is due again, by the wall clock.</summary>
public static class Deadline
{
    /// <param name="next">Null means at once.</param>
    /// <param name="longest">
    /// The longest pause that is ever set. What is further away was set by a clock that was ahead and has been put right since: a guard
    /// must not stand still until that time comes.
    /// </param>
    public static bool IsDue(DateTimeOffset? next, DateTimeOffset now, TimeSpan longest) => !(next > now) || next - now > longest;
}
