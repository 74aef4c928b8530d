using System.Collections.Concurrent;
using Athena.Common.Grafana.Api;

namespace Athena.AutoDisable.State;

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

    /// <summary>
    /// Accounts that were struck out, by id, and at which revision. Of the last lists only: see <see cref="HasChangedSince"/>.
    /// </summary>
    private readonly Dictionary<long, long> removed = [];

    private readonly SortedSet<Account> open = new(Comparer<Account>.Create((one, other) => one.Place.CompareTo(other.Place)));

    /// <summary>Changed since it was last found out whether they have open matters.</summary>
    private readonly HashSet<Account> stirred = [];

    private readonly Action<Account> stir;
    private long places;

    public AccountBook(List<Account> accounts)
    {
        this.accounts = accounts;
        stir = Stir;
        foreach (var account in accounts)
        {
            Index(account);
            if (OpenMatters.Has(account)) open.Add(account);
        }
    }

    public IReadOnlyList<Account> All => accounts;

    /// <summary>
    /// Those with <see cref="OpenMatters"/>, in the order of <see cref="All"/>, without looking at the others. Not to be gone through while
    /// accounts are changed.
    /// </summary>
    public IReadOnlyCollection<Account> Open
    {
        get
        {
            foreach (var account in stirred)
            {
                if (OpenMatters.Has(account)) open.Add(account);
                else open.Remove(account);
            }

            stirred.Clear();
            return open;
        }
    }

    /// <summary>Rises with each change of whatever is known of an account, and of who is in the book.</summary>
    public long Changes { get; private set; }

    /// <summary>Rises with each change of an account's standing.</summary>
    public static long Revision => Account.LastRevision;

    /// <summary>
    /// True when something was decided about this user since <paramref name="revision"/>: a list that was asked for by then does not know
    /// of it. Older removals than those are forgotten.
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
        Stir(account);
    }

    public void Remove(Account account)
    {
        accounts.Remove(account);
        account.Changed = null;
        open.Remove(account);
        stirred.Remove(account);
        Changes++;
        NoteGone(account.Id);
        if (account.Uid is { } uid && byUid.GetValueOrDefault(uid) == account) byUid.Remove(uid);
        byId.TryRemove(new KeyValuePair<long, Account>(account.Id, account));
    }

    /// <summary>
    /// Notes that the account of this id is deleted, or about to be: a list that was asked for before does not count for it.
    /// </summary>
    public void NoteGone(long id)
    {
        if (removed.Count >= MostRemoved) removed.Clear(); // Of so many, the next list but one finds again that they are gone.
        removed[id] = Account.NextRevision();
    }

    private void Index(Account account)
    {
        if (account.Uid is { } uid) byUid[uid] = account;
        byId[account.Id] = account;
        account.Place = ++places;
        account.Changed = stir;
    }

    private void Stir(Account account)
    {
        Changes++;
        stirred.Add(account);
    }
}

/// <summary>
/// Whether anything is still to be done about an account by itself, now or later: locked, read back, shown out, enabled, looked at again,
/// written down, told. All that the gate does in each turn it does for these alone, so that tens of thousands who wait for an admin, or
/// work here, cost it nothing. Whoever adds a matter of that kind adds it here. Deadlines, which are days, are looked at by themselves
/// (<c>Deadlines</c>). Pure.
/// </summary>
internal static class OpenMatters
{
    public static bool Has(Account account) =>
        account.Status is AccountStatus.Locking or AccountStatus.AtDoor
        || account is { Approving: not null } or { Found: not null } or { Import: not null }
        || account is
        {
            Status: AccountStatus.Locked,
            Case: { LookAgainAt: not null } or { IsDrill: false, ExposedAt: null } or { IsDrill: false, NoticeKey: null }
        };
}
