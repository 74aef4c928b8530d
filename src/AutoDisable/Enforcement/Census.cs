using Athena.AutoDisable.State;

namespace Athena.AutoDisable.Enforcement;

/// <summary>How many accounts there are of each kind, those of a drill left out.</summary>
/// <param name="Called">How many stand where at the gate, with words for it.</param>
/// <param name="Known">All of them.</param>
/// <param name="Waiting">Those who wait for a decision, locked or not.</param>
/// <param name="Inside">Those of them of whom the admins are told that they could not be locked.</param>
/// <param name="Found">Those who were found enabled by nobody known.</param>
/// <param name="Curious">Those who wait and queried data while they were inside.</param>
/// <param name="Queries">How often these did.</param>
internal sealed record Census(
    IReadOnlyList<(int Count, string Called)> Called, int Known, int Waiting, int Inside, int Found, int Curious, long Queries)
{
    /// <summary>Those who are locked and of whom no mail has told yet: it waits for what they did, or collects several.</summary>
    public int Untold { get; init; }

    /// <summary>How many stand where at the gate.</summary>
    public required IReadOnlyDictionary<AccountStatus, int> Standing { get; init; }

    /// <summary>Since when the one who waits for a decision longest does; null where nobody does.</summary>
    public DateTimeOffset? LongestWaiting { get; init; }

    /// <summary>Counts all.</summary>
    public static Census Of(AccountBook book)
    {
        int admitted = 0, before = 0, locking = 0, locked = 0, atDoor = 0, rejected = 0, inside = 0, found = 0, curious = 0, untold = 0;
        long queries = 0;
        DateTimeOffset? longest = null;
        foreach (var account in book.All)
        {
            if (account.Case is { IsDrill: true }) continue;
            _ = account.Status switch
            {
                AccountStatus.Admitted => admitted++,
                AccountStatus.DisabledBefore => before++,
                AccountStatus.Locking => locking++,
                AccountStatus.Locked => locked++,
                AccountStatus.AtDoor => atDoor++,
                AccountStatus.Rejected => rejected++,
            };
            if (account is { Status: AccountStatus.Locking or AccountStatus.AtDoor, Case.InsideSince: not null }) inside++;
            if (account is { Status: AccountStatus.Locked, Case: { LockedAt: not null, NoticeKey: null, IsImported: false } }) untold++;
            if (account.Found is not null) found++;
            if (account is { Status: AccountStatus.Locked or AccountStatus.Locking or AccountStatus.AtDoor, Case: { } waits }
                && !(waits.OpenedAt >= longest))
                longest = waits.OpenedAt;
            if (account is
                {
                    Status: AccountStatus.Locked or AccountStatus.Locking or AccountStatus.AtDoor,
                    Case.Exposure: { Queries: > 0 } exposure
                })
            {
                curious++;
                queries += exposure.Queries;
            }
        }

        return new Census(
            [
                (admitted, "admitted"),
                (before, "disabled before us"),
                (locked, "locked and waiting"),
                (locking, "being locked"),
                (atDoor, "external and only shown out"),
                (rejected, "rejected"),
            ],
            admitted + before + locking + locked + atDoor + rejected, locked + locking + atDoor, inside, found, curious, queries)
        {
            Untold = untold,
            LongestWaiting = longest,
            Standing = new Dictionary<AccountStatus, int>
            {
                [AccountStatus.Admitted] = admitted,
                [AccountStatus.DisabledBefore] = before,
                [AccountStatus.Locking] = locking,
                [AccountStatus.Locked] = locked,
                [AccountStatus.AtDoor] = atDoor,
                [AccountStatus.Rejected] = rejected,
            },
        };
    }
}
