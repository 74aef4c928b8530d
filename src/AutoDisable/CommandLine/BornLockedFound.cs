using System.Globalization;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Database;

namespace Athena.AutoDisable.CommandLine;

/// <summary>
/// What a daemon without a memory is told of before it begins: that somebody had new accounts born locked here. Those who wait are
/// disabled, and so they look like those whom an admin disabled long ago.
/// </summary>
internal static class BornLockedFound
{
    private const int MostHeld = 10_000;
    private const int MostNamed = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How it is now, for a memory that is put back: on a new host settings may still be missing, and then nothing is known.
    /// </summary>
    public static async Task<BornLockedStanding> StandingAsync(WorkerContext<AutoDisableSettings> context, CancellationToken cancel)
    {
        if (context.Reader.Problems.Count > 0 || context.Settings.Database is not { } database) return BornLockedStanding.Unknown;
        await using var table = new GrafanaUserTable(database, context.Time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        try
        {
            return (await table.LookAsync(patience.Token).ConfigureAwait(false)).Standing;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return BornLockedStanding.Unknown;
        }
    }

    /// <summary>A sentence for whoever begins here; null where nothing of it is there, or nothing can be looked at.</summary>
    /// <param name="users">The complete list.</param>
    public static async Task<string?> SentenceAsync(
        AutoDisableSettings settings, IReadOnlyList<GrafanaUser> users, TimeProvider time, CancellationToken cancel)
    {
        if (settings.Database is null) return null;
        await using var table = new GrafanaUserTable(settings.Database, time);
        return await SentenceAsync(table, users, cancel).ConfigureAwait(false);
    }

    internal static async Task<string?> SentenceAsync(IBornLocked database, IReadOnlyList<GrafanaUser> users, CancellationToken cancel)
    {
        if ((await database.LookAsync(cancel).ConfigureAwait(false)).Standing is not (BornLockedStanding.Whole
            or BornLockedStanding.Broken))
            return null;
        const string There =
            "New accounts are born locked here already, by triggers in Grafana's database (sudo grafana-auto-disable born-locked status)";
        if (await database.HeldAsync(MostHeld, cancel).ConfigureAwait(false) is not { } held)
            return $"{There}. Who is held by them could not be read.";

        var ids = held.Select(account => account.UserId).ToHashSet();
        var waiting = users.Where(user => user.IsDisabled && ids.Contains(user.Id)).OrderByDescending(user => user.Id).ToList();
        if (waiting.Count == 0) return $"{There}. Nobody who is held by them waits.";
        var named = string.Join(", ", waiting.Take(MostNamed).Select(Commands.Name))
            + (waiting.Count > MostNamed ? string.Create(CultureInfo.InvariantCulture, $" and {waiting.Count - MostNamed} more") : "");
        return string.Create(CultureInfo.InvariantCulture,
            $"{There}. {waiting.Count} who {(waiting.Count == 1 ? "is" : "are")} disabled may be waiting for a decision, or were "
            + $"rejected, and nobody is asked about them again: {named}. To let one in: sudo grafana-auto-disable approve uid:…");
    }
}
