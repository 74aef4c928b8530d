namespace Athena.ActiveUsers.Delivery;

/// <summary>When a message that the chat did not take is tried again. Pure arithmetic.</summary>
internal static class Patience
{
    private static readonly int[] PausesInSeconds = [5, 15, 30, 60, 120, 300];

    /// <param name="attempts">Made so far, at least 1.</param>
    /// <param name="asked">What the other side asked for; obeyed however long it is.</param>
    public static TimeSpan After(int attempts, TimeSpan? asked)
    {
        var pause = TimeSpan.FromSeconds(PausesInSeconds[Math.Clamp(attempts, 1, PausesInSeconds.Length) - 1]);
        return asked > pause ? asked.Value : pause;
    }
}
