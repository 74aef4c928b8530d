using Athena.Common.State.Backups;
using Microsoft.Extensions.Hosting;

namespace Athena.ActiveUsers.Evidence;

/// <summary>
/// Looks at the backups that others make, beside the daemon's loop: where they lie on another machine, a look may hang for as long as that
/// is away.
/// </summary>
/// <param name="look">May hang; throws nothing.</param>
internal sealed class BackupWatch(Func<DateTimeOffset, BackupLook> look, TimeProvider time) : BackgroundService
{
    /// <summary>A look that takes longer is a problem of its own.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private Task<BackupLook>? looking;
    private BackupLook? last;

    /// <summary>The last look that ended or hung; null before the first. Safe from any thread.</summary>
    public BackupLook? Look => Volatile.Read(ref last);

    /// <summary>What is wrong, empty when nothing is; null where that is not known, or not confirmed by a second look.</summary>
    public string? Problem => Look is { } seen && (seen.IsWell || seen.IsConfirmed) ? seen.Problem : null;

    /// <summary>Looks once. One that hangs is waited for again the next time, and no second one begun.</summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        BackupLook found;
        try
        {
            looking ??= Task.Run(() => look(time.GetUtcNow()), CancellationToken.None);
            found = await looking.WaitAsync(Patience, time, cancel).ConfigureAwait(false);
            looking = null;
        }
        catch (TimeoutException)
        {
            found = BackupLook.Hanging(time.GetUtcNow());
        }

        Volatile.Write(ref last, found with { IsConfirmed = !found.IsWell && Look is { IsWell: false } });
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (true)
        {
            await LookAsync(stoppingToken).ConfigureAwait(false);
            var isSettled = Look is { IsWell: true } or { IsConfirmed: true };
            await Task.Delay(isSettled ? DataSourceWatch.Interval : DataSourceWatch.Confirmation, time, stoppingToken)
                .ConfigureAwait(false);
        }
    }
}
