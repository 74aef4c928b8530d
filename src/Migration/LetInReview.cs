using Athena.Common.Daemon.CommandLine;

namespace Athena.Migration;

/// <summary>
/// Two guards have two memories: whoever guarded before knows nobody who was let in since, and disables them as strangers when it runs once
/// more. Said beforehand, compared afterwards, and put right if the person at the keyboard wants it.
/// </summary>
/// <param name="ask">Runs the daemon's hidden command with the rights of its unit.</param>
internal sealed class LetInReview(string daemon, Func<IReadOnlyList<string>, CancellationToken, Task<LetInReply>> ask, ChangeReport report)
{
    private const int MostNamed = 8;

    private HashSet<string>? disabledBefore;

    /// <summary>
    /// Before anything is changed: who is disabled already, whoever did that, is none of the other guard's doing and is not enabled again.
    /// </summary>
    /// <param name="hasMemory">The daemon has let anybody in yet.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task NoteAsync(bool hasMemory, CancellationToken cancel)
    {
        var reply = hasMemory ? await ask([], cancel).ConfigureAwait(false) : new LetInReply([]);
        if (reply.Problem is null) Note(reply); // If not, the next look does.
    }

    /// <summary>Just before the other guard runs: whom it does not know.</summary>
    public async Task BeginAsync(CancellationToken cancel)
    {
        var reply = await ask([], cancel).ConfigureAwait(false);
        if (reply.Problem is { } problem)
        {
            report.Warn($"Whom the other one does not know cannot be told: {problem}",
                $"Afterwards see who is disabled: sudo {daemon} review, and Grafana's list of users.");
            return;
        }

        if (disabledBefore is null) Note(reply);
        var unknown = reply.People.Where(person => person is { IsOurs: true, IsDisabled: false }).ToList();
        if (unknown.Count > 0)
            report.Warn(
                $"{Count(unknown.Count)} let in since {daemon} is in force. The old timer does not know them and may disable them: "
                + $"{Names(unknown)}");
    }

    /// <summary>After it has run: whom it disabled.</summary>
    /// <param name="isWanted">Enable them again without a question.</param>
    /// <param name="onlyOurs">Those alone who were let in by an admin meanwhile: the others it may have looked at with reason.</param>
    public async Task EndAsync(Terminal terminal, bool isWanted, bool onlyOurs, CancellationToken cancel)
    {
        if (disabledBefore is null) return;
        var reply = await ask([], cancel).ConfigureAwait(false);
        if (reply.Problem is { } problem)
            report.Warn($"Whom the other one disabled cannot be told: {problem}",
                $"See who is disabled: sudo {daemon} review, and Grafana's list of users.");
        var lost = reply.People.Where(person =>
            person.IsDisabled && !disabledBefore.Contains(person.Selector) && (person.IsOurs || !onlyOurs)).ToList();
        if (lost.Count == 0) return;
        report.Warn($"{Count(lost.Count)} let in and disabled by the old timer just now: {Names(lost)}");
        if (!isWanted && !terminal.Confirm("Enable them again?"))
        {
            report.Warn("They stay disabled",
                $"To enable one: sudo {daemon} approve {lost[0].Selector}, or in Grafana under Administration, Users.");
            return;
        }

        var after = await ask(["--enable", string.Join(',', lost.Select(person => person.Selector))], cancel).ConfigureAwait(false);
        var still = after.Problem is null
            ? after.People.Where(person => person.IsDisabled && lost.Exists(one => one.Selector == person.Selector)).ToList()
            : lost;
        if (still.Count == 0) report.Ok($"{Count(lost.Count)} enabled again: {Names(lost)}");
        else
            report.Fail(
                $"Could not be enabled: {Names(still)}{(after.Problem is { } why ? $" ({why})" : "")}",
                "Enable them in Grafana under Administration, Users.");
    }

    private void Note(LetInReply reply) =>
        disabledBefore = [.. reply.People.Where(person => person.IsDisabled).Select(person => person.Selector)];

    private static string Count(int count) => count == 1 ? "1 person was" : FormattableString.Invariant($"{count} people were");

    private static string Names(IReadOnlyList<LetIn> people) =>
        string.Join(", ", people.Take(MostNamed).Select(person => $"{person.Name} ({person.Selector})"))
        + (people.Count > MostNamed ? FormattableString.Invariant($" and {people.Count - MostNamed} more") : "");
}
