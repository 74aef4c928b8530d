namespace Athena.Migration;

/// <summary>
/// activate and revert as a whole: the steps of <see cref="Cutover"/> in their order, and back again when one does not succeed. Begun
/// anew after a kill, each goes on from wherever it was cut off.
/// </summary>
internal sealed class MigrationRunner(Cutover cutover, MigrationStore book, MigrationRecord record, Action<string> say)
{
    /// <summary>Ours takes over.</summary>
    /// <param name="adopt">Lets our daemon take what the old guard did for done; called while ours does not run.</param>
    /// <param name="beforeLastRound">Called just before the old guard runs once more beside ours; must not fail.</param>
    /// <param name="cancel">Puts everything back.</param>
    /// <exception cref="MigrationFailedException">A step did not succeed. Everything is as it was, or the message says what is
    /// not.</exception>
    public async Task TakeOverAsync(
        Func<CancellationToken, Task> adopt, Func<CancellationToken, Task> beforeLastRound, CancellationToken cancel)
    {
        try
        {
            book.Begin(record);
            if (!await cutover.OursGuardsAsync(cancel).ConfigureAwait(false))
            {
                await cutover.EmploySubstituteAsync(cancel).ConfigureAwait(false);
                if (!cutover.OursRuns) await adopt(cancel).ConfigureAwait(false);
                await cutover.ReleaseOldAsync(cancel).ConfigureAwait(false);
                await cutover.EmployOursAsync(cancel).ConfigureAwait(false);
            }

            await cutover.DismissSubstituteAsync(beforeLastRound, cancel).ConfigureAwait(false);
            book.Keep(record);
        }
        catch (Exception e) when (IsFailure(e))
        {
            say("That did not work; everything is put back:");
            await PutBackAsync(e).ConfigureAwait(false);
            throw Failure(e, "Everything is as it was before.");
        }
    }

    /// <summary>The old guard takes over again.</summary>
    /// <exception cref="MigrationFailedException">A step did not succeed. Ours goes on, or the message says what does.</exception>
    public async Task HandBackAsync(CancellationToken cancel)
    {
        try
        {
            book.Begin(record);
            await BackAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (IsFailure(e))
        {
            say("That did not work; ours goes on:");
            await GoOnWithOursAsync(e).ConfigureAwait(false);
            throw Failure(e, "Ours goes on.");
        }
    }

    /// <summary>Everything as it was before an activation.</summary>
    public async Task PutBackAsync(Exception reason)
    {
        try
        {
            await BackAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (IsFailure(e))
        {
            throw Failure(reason,
                $"It could not all be put back: {e.Message} What was at work a moment ago still is; repeat the command when that is put "
                + "right, or give it up with revert.");
        }
    }

    private async Task BackAsync(CancellationToken cancel)
    {
        if (!cutover.OldGuards) await cutover.EmploySubstituteAsync(cancel).ConfigureAwait(false);
        await cutover.ReinstateOldAsync(cancel).ConfigureAwait(false);
        await cutover.DismissSubstituteAsync(beforeLastRound: null, cancel).ConfigureAwait(false);
        book.Drop(record);
    }

    private async Task GoOnWithOursAsync(Exception reason)
    {
        try
        {
            if (!await cutover.OursGuardsAsync(CancellationToken.None).ConfigureAwait(false))
            {
                await cutover.EmploySubstituteAsync(CancellationToken.None).ConfigureAwait(false);
                await cutover.ReleaseOldAsync(CancellationToken.None).ConfigureAwait(false);
                await cutover.EmployOursAsync(CancellationToken.None).ConfigureAwait(false);
            }

            await cutover.DismissSubstituteAsync(beforeLastRound: null, CancellationToken.None).ConfigureAwait(false);
            book.Keep(record);
        }
        catch (Exception e) when (IsFailure(e))
        {
            throw Failure(reason,
                $"And it could not all be put back: {e.Message} What was at work a moment ago still is; repeat the command when that is "
                + "put right.");
        }
    }

    private static bool IsFailure(Exception e) =>
        e is MigrationFailedException or IOException or UnauthorizedAccessException or TimeoutException or OperationCanceledException;

    private static MigrationFailedException Failure(Exception e, string consequence) =>
        new(
            $"{(e is OperationCanceledException ? "Stopped on request." : e.Message)} {consequence}",
            (e as MigrationFailedException)?.Next);
}

/// <summary>A step of a change of guards did not succeed: everything is to be put back.</summary>
/// <param name="message">What did not work.</param>
/// <param name="next">What to do about it; null when the message says it.</param>
internal sealed class MigrationFailedException(string message, string? next = null) : Exception(message)
{
    public string? Next { get; } = next;

    /// <summary>With which the command ends when nothing was being changed yet.</summary>
    public int ExitCode { get; init; } = Common.Settings.ExitCode.Fault;
}
