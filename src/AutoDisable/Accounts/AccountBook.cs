using System.Collections.Concurrent;
using Athena.Common.Grafana;

namespace Athena.AutoDisable.Accounts;

/// <summary>
/// The accounts of a state, found by uid or id. Known means: the uid is equal, or the id where one side has no uid; ids come back after
/// a restored database, uids do not.
/// </summary>
internal sealed class AccountBook
{
    private const int MostRemoved = 10_000;

    private readonly List<Account> accounts;
    private readonly Dictionary<string, Account> byUid = new(StringComparer.Ordinal);

    // Read by the thread that watches the log while the gate writes.
    private readonly ConcurrentDictionary<long, Account> byId = new();

    /// <summary>Accounts that were struck out, by id, and at which revision. Of the last lists only: see <see cref="HasChangedSince"/>.</summary>
    private readonly Dictionary<long, long> removed = [];

    public AccountBook(List<Account> accounts)
    {
        this.accounts = accounts;
        foreach (var account in accounts) Index(account);
    }

    public IReadOnlyList<Account> All => accounts;

    /// <summary>Rises with each change of an account's standing.</summary>
    public static long Revision => Account.LastRevision;

    /// <summary>
    /// True when something was decided about this user since <paramref name="revision"/>: a list that was asked for by then does not know of
    /// it. Older removals than those are forgotten.
    /// </summary>
    public bool HasChangedSince(long revision, GrafanaUser user) =>
        Find(user) is { } known ? known.Revision > revision : removed.TryGetValue(user.Id, out var at) && at > revision;

    /// <summary>Safe from any thread.</summary>
    public bool KnowsId(long id) => byId.ContainsKey(id);

    /// <summary>Safe from any thread; null when there is no such account.</summary>
    public AccountStatus? StatusOf(long id) => byId.GetValueOrDefault(id)?.Status;

    public Account? Find(GrafanaUser user)
    {
        if (user.Uid is null) return byId.GetValueOrDefault(user.Id);
        if (byUid.TryGetValue(user.Uid, out var known)) return known;
        if (!byId.TryGetValue(user.Id, out var sameId) || sameId.Uid is not null) return null;
        sameId.Uid = user.Uid;
        byUid[user.Uid] = sameId;
        return sameId;
    }

    /// <summary>By what an address of the API holds: an id (digits) or a uid.</summary>
    public Account? FindByIdOrUid(string idOrUid) =>
        long.TryParse(idOrUid, out var id) ? byId.GetValueOrDefault(id) : byUid.GetValueOrDefault(idOrUid);

    public Account? FindById(long id) => byId.GetValueOrDefault(id);

    public Account? FindByRef(string reference) =>
        reference.StartsWith("id:", StringComparison.Ordinal) ? FindByIdOrUid(reference[3..]) : byUid.GetValueOrDefault(reference);

    public void Add(Account account)
    {
        accounts.Add(account);
        Index(account);
    }

    public void Remove(Account account)
    {
        accounts.Remove(account);
        NoteGone(account.Id);
        if (account.Uid is { } uid && byUid.GetValueOrDefault(uid) == account) byUid.Remove(uid);
        byId.TryRemove(new KeyValuePair<long, Account>(account.Id, account));
    }

    /// <summary>Notes that the account of this id is deleted, or about to be: a list that was asked for before does not count for it.</summary>
    public void NoteGone(long id)
    {
        if (removed.Count >= MostRemoved) removed.Clear(); // Of so many, the next list but one finds again that they are gone.
        removed[id] = Account.NextRevision();
    }

    private void Index(Account account)
    {
        if (account.Uid is { } uid) byUid[uid] = account;
        byId[account.Id] = account;
    }
}
