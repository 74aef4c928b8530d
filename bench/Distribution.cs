namespace Athena.Bench;

/// <summary>Measured times in milliseconds.</summary>
internal sealed class Distribution(IEnumerable<TimeSpan> times)
{
    private readonly double[] sorted = [.. times.Select(t => t.TotalMilliseconds).Order()];

    public int Count => sorted.Length;

    /// <summary>The smallest time that this share of all does not exceed (nearest rank), in milliseconds.</summary>
    /// <param name="share">0 to 1.</param>
    public double At(double share) => sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
}
