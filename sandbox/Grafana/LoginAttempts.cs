namespace Athena.Sandbox.Grafana;

/// <summary>
/// Grafana's protection against guessing: five wrong passwords for one login name as it was typed lock this name until fewer than five
/// lie within the last five minutes. A right password does not reset the count; attempts while locked are not counted; the e-mail is a
/// name of its own (docs/grafana.md §5).
/// </summary>
internal sealed class LoginAttempts(TimeProvider time)
{
    private const int Most = 5;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);
    private readonly Dictionary<string, Queue<DateTimeOffset>> failures = new(StringComparer.OrdinalIgnoreCase);

    public bool IsLocked(string login)
    {
        if (!failures.TryGetValue(login, out var times)) return false;
        var since = time.GetUtcNow() - Window;
        while (times.TryPeek(out var oldest) && oldest < since) times.Dequeue();
        return times.Count >= Most;
    }

    public void Failed(string login)
    {
        if (!failures.TryGetValue(login, out var times)) failures.Add(login, times = new Queue<DateTimeOffset>());
        times.Enqueue(time.GetUtcNow());
    }
}
