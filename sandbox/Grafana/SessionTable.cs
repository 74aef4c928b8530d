using System.Collections;

namespace Athena.Sandbox.Grafana;

/// <summary>The sessions, by id, by token and by user. Not thread-safe.</summary>
internal sealed class SessionTable : IReadOnlyCollection<Session>
{
    private readonly SortedDictionary<long, Session> byId = [];
    private readonly Dictionary<string, Session> byToken = new(StringComparer.Ordinal);
    private readonly Dictionary<long, List<Session>> byUser = [];

    public int Count => byId.Count;

    /// <summary>The one that this token opens, or that it opened before its last rotation.</summary>
    public Session? Find(string token) => byToken.GetValueOrDefault(token);

    public IReadOnlyList<Session> Of(long userId) => byUser.TryGetValue(userId, out var own) ? own : [];

    public void Add(Session session)
    {
        byId.Add(session.Id, session);
        byToken[session.Token] = session;
        if (session.PreviousToken is { } previous) byToken[previous] = session;
        if (!byUser.TryGetValue(session.UserId, out var own)) byUser[session.UserId] = own = [];
        own.Add(session);
    }

    /// <summary>The token of now becomes the one before; that one opens nothing any more.</summary>
    public void Rotate(Session session, string token)
    {
        if (session.PreviousToken is { } previous) byToken.Remove(previous);
        (session.PreviousToken, session.Token) = (session.Token, token);
        byToken[token] = session;
    }

    public void Remove(Session session)
    {
        byId.Remove(session.Id);
        byToken.Remove(session.Token);
        if (session.PreviousToken is { } previous) byToken.Remove(previous);
        if (byUser.TryGetValue(session.UserId, out var own) && own.Remove(session) && own.Count == 0) byUser.Remove(session.UserId);
    }

    public void RemoveOf(long userId)
    {
        foreach (var session in Of(userId).ToList()) Remove(session);
    }

    public void Clear()
    {
        byId.Clear();
        byToken.Clear();
        byUser.Clear();
    }

    public IEnumerator<Session> GetEnumerator() => byId.Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
