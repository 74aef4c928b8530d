using Athena.AutoDisable.Policy;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Notify.Delivery;
using Athena.Common.Time;

namespace Athena.AutoDisable.Notify;

/// <summary>
/// Puts owed letters into the outbox, by one plan for all kinds: one mail each while they are few, a digest that names everybody when
/// strangers or admins make them many. A letter that waits for its digest is still owed, in the state.
/// </summary>
internal sealed class NotificationDispatcher(
    AutoDisableMemory memory, ILetterWriter writer, IOutbox outbox, EventRecorder eventRecorder, TimeProvider time)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Keys of letters that still wait and whose questions were withdrawn.</summary>
    private readonly HashSet<string> withdrawn = [];

    /// <summary>
    /// Keys of mails that are settled, and are withdrawn when the state that says so is on disk: a crash before that would lose both.
    /// </summary>
    private readonly HashSet<string> settled = [];

    /// <summary>True when a letter can go out now.</summary>
    public bool IsAnyDue
    {
        get
        {
            if (memory.State.Letters.Count == 0) return false;
            var now = time.GetUtcNow();
            return Ripe(now).GroupBy(NoticeThemes.Of).Any(group => group.Key is not { } theme
                || Plan(theme, [.. group], now).Form is NoticeForm.Single or NoticeForm.Digest);
        }
    }

    /// <summary>
    /// Posts what is due. Call after a save: a letter must not leave before the state that owes it is on disk. A crash before the next save
    /// posts the same letters again, under the same keys.
    /// </summary>
    public void PostOwed()
    {
        var now = time.GetUtcNow();
        var posted = new HashSet<Letter>();
        Withdraw();
        foreach (var group in Ripe(now).ToList().GroupBy(NoticeThemes.Of))
        {
            var letters = group.ToList();
            var form = group.Key is { } theme ? Plan(theme, letters, now).Form : NoticeForm.Single;
            if (form is not (NoticeForm.Single or NoticeForm.Digest)) continue;
            if (form == NoticeForm.Digest && letters.Count > 1)
                foreach (var some in letters.Chunk(NoticePolicy.MostInOneMail)) Post(group.Key!.Value, some, now);
            else letters.ForEach(Post);
            if (group.Key is { } told) Told(told).AddRange(letters.Select(_ => now));
            posted.UnionWith(letters);
        }

        if (posted.Count == 0) return;
        memory.State.Letters.RemoveAll(posted.Contains);
        withdrawn.IntersectWith(memory.State.Letters.Select(letter => letter.Key));
        ForgetPeopleOfClosedCases();
        memory.Save();
    }

    /// <summary>A clock that was put back lets none wait for longer than it should.</summary>
    private IEnumerable<Letter> Ripe(DateTimeOffset now) =>
        memory.State.Letters.Where(letter =>
            letter.NotBefore is not { } ripe || Deadline.IsDue(ripe, now, ripe - letter.At));

    /// <summary>Those who come back again and again do so each hour; everything else is said within a minute.</summary>
    private NoticePlan Plan(NoticeTheme theme, List<Letter> letters, DateTimeOffset now) => NoticePolicy.Plan(
        Told(theme), letters.ConvertAll(letter => letter.At), now, now, theme == NoticeTheme.BackAgain ? null : Minute);

    /// <summary>When the admins were told something of this theme, within the last hour.</summary>
    private List<DateTimeOffset> Told(NoticeTheme theme)
    {
        var told = memory.State.NoticesTold.TryGetValue(theme.ToString(), out var known)
            ? known
            : memory.State.NoticesTold[theme.ToString()] = [];
        told.RemoveAll(at => time.GetUtcNow() - at >= Hour);
        return told;
    }

    /// <summary>What a letter settles is not to be said any more, however long it waits itself.</summary>
    private void Withdraw()
    {
        foreach (var letter in memory.State.Letters)
            if (letter.Supersedes is { Count: > 0 } keys && withdrawn.Add(letter.Key)) settled.UnionWith(keys);
        if (memory.SaveProblem is not null) return;
        foreach (var key in settled) outbox.Withdraw(key);
        settled.Clear();
    }

    private void Post(Letter letter)
    {
        try
        {
            if (writer.Write(letter, Accounts(letter)) is { } notification) outbox.Put(notification);
        }
        catch (Exception e)
        {
            // The state owes the letter: a fault in its wording, or one that is too long for the memory, would otherwise end the daemon at
            // each start, and nobody would be locked.
            eventRecorder.LetterFailed(letter, e);
        }
    }

    private void Post(NoticeTheme theme, IReadOnlyList<Letter> letters, DateTimeOffset now)
    {
        // Named by all that is in it: a digest that has grown since a crash is another one.
        var key = FormattableString.Invariant(
            $"several/{theme}/{letters[0].At.ToUnixTimeMilliseconds()}-{letters[^1].At.ToUnixTimeMilliseconds()}-{letters.Count}");
        var several = new Letter(
            key, LetterKind.Several, [.. letters.SelectMany(letter => letter.Accounts).Distinct()], now,
            [.. letters.SelectMany(letter => letter.Supersedes ?? [])],
            new LetterNote(Theme: theme, Letters: [.. letters.Select(letter => letter with { Note = NamedIn(letter) })]));
        Post(several);
    }

    /// <summary>Who it is about, also where the letter itself leaves that to the account's case.</summary>
    private LetterNote NamedIn(Letter letter)
    {
        var note = letter.Note ?? new LetterNote();
        return note.Person is not null ? note : note with { Person = Accounts(letter).FirstOrDefault()?.Case?.Person };
    }

    private List<Account> Accounts(Letter letter) => [.. letter.Accounts.Select(memory.Book.FindByRef).OfType<Account>()];

    /// <summary>
    /// What somebody typed about themselves is not kept once they are admitted or rejected and everybody was told. What a rejected one did
    /// and left behind is: <c>reject --delete</c> asks for it.
    /// </summary>
    private void ForgetPeopleOfClosedCases()
    {
        var owed = memory.State.Letters.SelectMany(letter => letter.Accounts).ToHashSet();
        foreach (var account in memory.Book.All)
        {
            if (account is not { Case: { } closed, Approving: null, Found: null } || owed.Contains(account.Ref)) continue;
            if (account.Status == AccountStatus.Admitted) account.Case = null;
            else if (account.Status == AccountStatus.Rejected && !memory.State.EndedCases.Exists(ended => ended.IsOf(account)))
                closed.Person = Person.Forgotten;
        }
    }
}

/// <summary>All ways by which the gate says what it did and what keeps it from its work.</summary>
internal sealed record Reporting(NotificationPlanner Planner, NotificationDispatcher Dispatcher, Troubles Troubles, EventRecorder Events);
