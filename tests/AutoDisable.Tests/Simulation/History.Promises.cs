using Athena.AutoDisable.State;
using Athena.Common.Notify.Channels;

namespace Athena.AutoDisable.Tests.Simulation;

/// <summary>What was promised, looked at when the history is over.</summary>
internal sealed partial class History
{
    private void CheckTheDrills()
    {
        foreach (var user in grafana.Users.Where(u => u.IsDrill)) Break($"{user} was left behind by a drill");
        foreach (var account in disk.Load().Accounts.Where(a => a.Case?.IsDrill == true))
            Break($"{account.Ref} is still in the book as a drill's");
        foreach (var uid in grafana.DrillUids)
        {
            foreach (var mail in disk.Delivered.Concat(disk.Chat.Said).Where(m => Mentions(m.Text, uid)))
                Break($"the mail {mail.Key} tells admins of the drill's {uid}");
        }

        if (disk.Load().Drill is not { } last) return;
        if (!last.IsOver) Break("a drill never ended");
        foreach (var run in disk.Drills.Where(run => run.IsPassed))
        {
            Passed++;
            if (run.WithMail && !disk.Delivered.Exists(m => m.Key == run.MailKey))
                Break($"the drill of {run.BegunAt:T} passed without its mail");
            if (run.TimeToLock < TimeSpan.Zero || run.TimeToLock > TimeSpan.FromSeconds(60))
                Break($"the drill of {run.BegunAt:T} passed after {run.TimeToLock}");
        }
    }

    /// <summary>
    /// Whatever is critical is said in the chat unless it was settled before, and nothing else; its end only when its beginning was.
    /// </summary>
    private void CheckTheChat()
    {
        var said = disk.Chat.Said.Select(m => m.Key).ToHashSet();
        Said += said.Count;
        foreach (var mail in disk.Delivered.DistinctBy(m => m.Key))
        {
            var isCritical = mail.IsUrgent && !mail.Key.StartsWith("trouble/GrafanaDown", StringComparison.Ordinal);
            if (isCritical && !withDiskOutages && !said.Contains(mail.Key) && !disk.Chat.Withdrawn.Contains(mail.Key))
                Break($"{mail.Key} is critical and was not said in the chat");
            if (mail.Key.EndsWith("/over", StringComparison.Ordinal) && said.Contains(mail.Key) && !said.Contains(mail.Key[..^5]))
                Break($"{mail.Key} was said without its beginning");
            if (!isCritical && said.Contains(mail.Key) && !IsOutcome(mail.Key))
                Break($"{mail.Key} was said in the chat and is not critical");
        }

        static bool IsOutcome(string key) => key.EndsWith("/over", StringComparison.Ordinal)
            || key.StartsWith("outcome/", StringComparison.Ordinal) || key.StartsWith("several/Outcome/", StringComparison.Ordinal)
            // Locked after all.
            || key.StartsWith("locked/", StringComparison.Ordinal) || key.StartsWith("digest/", StringComparison.Ordinal);
    }

    /// <summary>
    /// The gate looks at those alone whom the book says to have open matters: it names all of them, in their order, and nobody else.
    /// </summary>
    private void CheckTheBook()
    {
        if (daemon is not { Book: var book }) return;
        var expected = book.All.Where(OpenMatters.Has).ToList();
        if (!book.Open.SequenceEqual(expected))
            Break(
                $"the book names {string.Join(", ", book.Open.Select(a => a.Ref))} as open and not "
                + $"{string.Join(", ", expected.Select(a => a.Ref))}");
    }

    private void CheckTheEnd()
    {
        CheckTheBook();
        CheckTheDrills();
        CheckTheChat();
        CheckTheFound();
        CheckWhoWasInside();
        foreach (var user in grafana.Users.Where(u => u is { IsBaseline: false, IsDrill: false }))
        {
            // At the door: in again after each sign-on until they are shown out; the flag is only in the database.
            var events = disk.Audit.Where(entry => entry.Case == user.Uid).Select(entry => entry.Event);
            if (!user.IsApproved && !user.IsDisabled && !(user.IsExternal && table is null) && !WasAcceptedUnseen(user))
                Break($"{user} is inside at the end; audit: {string.Join(", ", events)}");
            if (!user.IsApproved && user.Sessions > 0 && !WasAcceptedUnseen(user)) Break($"{user} has {user.Sessions} sessions at the end");
            if ((user.WasLocked || user.IsExternal) && !user.IsRejected && !user.IsApproved && !IsTold(user.Uid))
                Break($"nobody was told of {user}");
            if (user.WasLocked && !user.IsRejected && !IsTold(user.Uid)) Break($"nobody was told of {user}, who was locked");
        }

        foreach (var user in grafana.Users.Where(u => u is { IsApproved: true, IsRejected: false, IsDisabled: true }))
            Break($"{user} is approved but disabled at the end");

        // Copies of one mail carry one key, and so one Message-ID: nobody is asked twice about one case.
        var asked = disk.Delivered.Where(AsksForDecision).DistinctBy(m => m.Key).ToList();
        foreach (var user in grafana.Users.Where(u => u is { WasLocked: true, IsRejected: false }))
        {
            // Who was found enabled and was locked again is a new matter, with a mail of its own.
            var matters = 1 + disk.Audit.Count(entry => entry.Event == "found-settled" && entry.Case == user.Uid);
            if (!withDiskOutages && asked.Count(m => Mentions(m.Text, user.Uid)) > matters) Break($"asked under two keys about {user}");
        }
    }

    /// <summary>
    /// One alone that is found enabled is taken for approved by an admin whose request was not seen; a rejected one never is.
    /// </summary>
    private bool WasAcceptedUnseen(SimulatedUser user) =>
        user is { WasFound: true, IsRejected: false } && Account(user) is { Status: AccountStatus.Admitted, Decision: { } decision }
            && decision.By.Contains("could not see whom", StringComparison.Ordinal);

    private void CheckTheFound()
    {
        var accepted = disk.Load()
            .Accounts.Where(a =>
                a is { Status: AccountStatus.Admitted, Decision: { } word }
                    && word.By.Contains("could not see whom", StringComparison.Ordinal))
            .Select(a => a.Decision!.At).Order().ToList();
        foreach (var (one, next) in accepted.Zip(accepted.Skip(1)))
            if (next - one < TimeSpan.FromHours(1) && !withDiskOutages)
                Break($"two who were found enabled were accepted within an hour, at {one:T} and {next:T}");
        foreach (var account in disk.Load().Accounts.Where(a => a.Found is not null && a.Status != AccountStatus.DisabledBefore))
            Break($"{account.Ref} is still held as found enabled");
    }

    private Account? Account(SimulatedUser user) => (daemon?.Book ?? new AccountBook(disk.Load().Accounts)).FindByRef(user.Uid);

    private bool IsTold(string uid) => disk.Delivered.Exists(m => Mentions(m.Text, uid));

    private bool IsAsked(string uid) => disk.Delivered.Exists(m => AsksForDecision(m) && Mentions(m.Text, uid));

    private static bool AsksForDecision(OutgoingMessage mail) =>
        mail.Key.StartsWith("locked/", StringComparison.Ordinal) || mail.Key.StartsWith("digest/", StringComparison.Ordinal);

    private static bool Mentions(string text, string uid) =>
        text.Contains($"uid:{uid} ", StringComparison.Ordinal) || text.Contains($"uid:{uid}\n", StringComparison.Ordinal);
}
