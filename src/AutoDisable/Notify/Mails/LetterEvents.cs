using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Notify;

namespace Athena.AutoDisable.Notify.Mails;

/// <summary>
/// What a letter tells programs: a message for each account, so that what opens a ticket closes it by the same key. Pure.
/// </summary>
internal static class LetterEvents
{
    /// <summary>
    /// A letter about more accounts is one message that counts them: strangers who sign up by the thousand must not fill our disk, nor
    /// somebody's list of tickets.
    /// </summary>
    public const int MostOneByOne = 50;

    /// <param name="letter">What is owed.</param>
    /// <param name="accounts">The accounts it is about, as far as they are still remembered.</param>
    /// <returns>None where it is nothing for programs: what goes to an applicant, a reminder, a drill.</returns>
    public static IReadOnlyList<NotificationEvent> Of(Letter letter, IReadOnlyList<Account> accounts)
    {
        if (letter.Kind is LetterKind.TroubleBegan or LetterKind.TroubleOver) return [OfTrouble(letter)];
        if (letter.Kind == LetterKind.Several && letter.Accounts.Count <= MostOneByOne)
            return
            [
                .. letter.Note!.Letters!.SelectMany(one => Of(one, [.. accounts.Where(account => one.Accounts.Contains(account.Ref))])),
            ];
        if (WhatOf(letter) is not var (type, title)) return [];
        if (letter.Accounts.Count is 0 or > MostOneByOne)
            return
            [
                new NotificationEvent(type, $"accounts/{Reference(letter.Key)}", title)
                {
                    Action = EventAction.Note,
                    Kind = KindOf(letter),
                    Count = Math.Max(letter.Accounts.Count, letter.Note?.Count ?? 0),
                },
            ];
        return [.. letter.Accounts.Select(one => OfAccount(letter, one, accounts.FirstOrDefault(account => account.Ref == one)))];

        NotificationEvent OfAccount(Letter about, string reference, Account? account) =>
            new(type, $"account/{CaseOf(about, reference, account)}", title)
            {
                Kind = KindOf(about),
                Account = account?.Id,
                Person = (about.Note?.Person ?? account?.Case?.Person) is { IsForgotten: false } person
                    ? new EventPerson(person.Login, person.Email, person.Name)
                    : null,
            };
    }

    private static NotificationEvent OfTrouble(Letter letter)
    {
        var note = letter.Note!;
        var (kind, text) = (note.Trouble!.Value, TroubleText.Of(note.Trouble.Value));
        var isOver = letter.Kind == LetterKind.TroubleOver;
        var told = new NotificationEvent(
            isOver ? EventType.TroubleEnded : EventType.TroubleBegan,
            string.Create(CultureInfo.InvariantCulture, $"trouble/{kind}/{note.Since!.Value.ToUnixTimeMilliseconds()}"),
            isOver ? text.WellAgain : text.Headline)
        {
            Kind = kind.ToString(),
            Since = note.Since,
        };

        // The daemon does not run while it is so, and cannot say when it is over.
        return kind == TroubleKind.StateUnreadable ? told with { Action = EventAction.Note } : told;
    }

    /// <summary>A case is the same in all that is told of it, and its reference cannot be turned back into a uid.</summary>
    private static string CaseOf(Letter letter, string reference, Account? account)
    {
        // The letters of one account have the reference and the case's begin in their key; the account may be forgotten by now.
        var mark = $"/{reference}/";
        var at = letter.Key.IndexOf(mark, StringComparison.Ordinal);
        return Reference(at >= 0
            ? reference + "/" + letter.Key[(at + mark.Length)..].Split('/')[0]
            : string.Create(
                CultureInfo.InvariantCulture, $"{reference}/{account?.Case?.OpenedAt.ToUnixTimeMilliseconds() ?? 0}"));
    }

    private static string Reference(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));

    private static string KindOf(Letter letter) => letter.Note?.IsDeleted == true ? nameof(LetterKind.Deleted) : letter.Kind switch
    {
        LetterKind.InsideDigest => nameof(LetterKind.StillInside),
        LetterKind.Digest => nameof(LetterKind.Locked),
        _ => letter.Kind.ToString(),
    };

    private static (EventType Type, string Title)? WhatOf(Letter letter) => letter.Kind switch
    {
        LetterKind.Locked or LetterKind.Digest or LetterKind.Imported =>
            (EventType.AccountLocked, "a new account is locked and waits for a decision"),
        LetterKind.Approved or LetterKind.ApprovedUnseen => (EventType.AccountDecided, "an account was let in"),
        LetterKind.Rejected or LetterKind.Deleted => (EventType.AccountDecided, "an account was kept out"),
        LetterKind.StillInside or LetterKind.InsideDigest => (EventType.AccountCritical, "a new account is not locked: somebody is inside"),
        LetterKind.BackAgain => (EventType.AccountCritical, "an account that was locked comes back again and again"),
        LetterKind.LeftBehind => (EventType.AccountCritical, "an account that was locked left something behind"),
        LetterKind.FoundEnabled => (EventType.AccountCritical, "an account that was locked was found enabled by nobody known"),
        LetterKind.NewServerAdmin => (EventType.AccountCritical, "an account became a server admin"),
        LetterKind.Flood => (EventType.AccountCritical, "many sign up at once"),
        LetterKind.Several => WhatOf(letter.Note!.Letters![0]),
        LetterKind.Reminder or LetterKind.EndsSoon or LetterKind.Escalated or LetterKind.Restored or LetterKind.FoundDisabled
            or LetterKind.Drill or LetterKind.ToApplicantReceived or LetterKind.ToApplicantApproved or LetterKind.ToApplicantRejected
            or LetterKind.TroubleBegan or LetterKind.TroubleOver => null,
    };
}
