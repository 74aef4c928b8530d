namespace Athena.Sandbox.Grafana;

/// <summary>The accounts by id, uid, login and e-mail, as Grafana's tables have an index for each. Not thread-safe.</summary>
internal sealed class AccountIndex
{
    private readonly Dictionary<long, Account> byId = [];
    private readonly Dictionary<string, Account> byUid = new(StringComparer.Ordinal);

    /// <summary>By login and by e-mail; the one of somebody may be the other of somebody else.</summary>
    private readonly Dictionary<string, List<Account>> byName = new(StringComparer.Ordinal);

    public int Count => byId.Count;

    public IEnumerable<Account> All => byId.Values;

    public Account? ById(long id) => byId.GetValueOrDefault(id);

    public Account? ByUid(string uid) => byUid.GetValueOrDefault(uid);

    /// <summary>Whose login or e-mail this is, in lower case, in the order in which they were made.</summary>
    public IEnumerable<Account> ByName(string name) => byName.TryGetValue(name, out var named) ? named.OrderBy(account => account.Id) : [];

    public void Add(Account account)
    {
        byId.Add(account.Id, account);
        byUid[account.Uid] = account;
        AddNames(account);
    }

    public void Remove(Account account)
    {
        byId.Remove(account.Id);
        byUid.Remove(account.Uid);
        RemoveNames(account);
    }

    public void Rename(Account account, string login, string email)
    {
        RemoveNames(account);
        (account.Login, account.Email) = (login, email);
        AddNames(account);
    }

    public void Clear()
    {
        byId.Clear();
        byUid.Clear();
        byName.Clear();
    }

    private void AddNames(Account account)
    {
        foreach (var name in new[] { account.Login, account.Email }.Distinct())
        {
            if (!byName.TryGetValue(name, out var named)) byName[name] = named = [];
            named.Add(account);
        }
    }

    private void RemoveNames(Account account)
    {
        foreach (var name in new[] { account.Login, account.Email }.Distinct())
            if (byName.TryGetValue(name, out var named) && named.Remove(account) && named.Count == 0) byName.Remove(name);
    }
}
