namespace Athena.Common.GrafanaLog.Sources;

/// <summary>
/// Whether what is read next follows without a gap on what was read before. Said at each start and whenever a file is rotated away,
/// truncated or unreadable for a while.
/// </summary>
/// <param name="IsContinuous">True when nothing can have been missed.</param>
/// <param name="From">Begin of the gap: time of the last line seen; null when nothing was ever read.</param>
/// <param name="To">End of the gap: time of the first line that can be seen, or now.</param>
/// <param name="Why">What happened, as a sentence for the sysadmin; empty when continuous.</param>
public sealed record LogContinuity(bool IsContinuous, DateTimeOffset? From, DateTimeOffset? To, string Why)
{
    /// <summary>Nothing was missed.</summary>
    public static LogContinuity Continuous { get; } = new(true, null, null, "");

    /// <summary>Several gaps of one read are told as one, from the first begin to the last end.</summary>
    internal static LogContinuity? Join(LogContinuity? earlier, LogContinuity? later)
    {
        if (later is null || later.IsContinuous)
            return earlier;
        return earlier is null or { IsContinuous: true } ? later : later with { From = earlier.From, Why = $"{earlier.Why} {later.Why}" };
    }
}
