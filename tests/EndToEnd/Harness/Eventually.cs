using System.Diagnostics;

namespace Athena.EndToEnd.Harness;

/// <summary>Waiting for something to become true, with a deadline that only a broken program reaches.</summary>
internal static class Eventually
{
    /// <summary>Long, because a busy machine is no fault: nothing here measures time.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Returns when <paramref name="condition"/> holds.</summary>
    /// <param name="what">What is waited for, as it stands after "waited in vain: ".</param>
    /// <param name="story">Asked for more when it never comes: usually what the daemon said.</param>
    /// <exception cref="TimeoutException">It did not come within <paramref name="patience"/> (default <see cref="Patience"/>).</exception>
    public static Task TrueAsync(Func<bool> condition, string what, Func<string>? story = null, TimeSpan? patience = null) =>
        TrueAsync(() => Task.FromResult(condition()), what, story, patience);

    /// <inheritdoc cref="TrueAsync(Func{bool}, string, Func{string}?, TimeSpan?)"/>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what, Func<string>? story = null, TimeSpan? patience = null)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await condition().ConfigureAwait(false))
        {
            if (Stopwatch.GetElapsedTime(began) > (patience ?? Patience))
                throw new TimeoutException($"Waited in vain: {what}\n{story?.Invoke()}");
            await Task.Delay(Pause).ConfigureAwait(false);
        }
    }
}
