using System.Collections.Concurrent;

namespace Athena.Sandbox;

/// <summary>What can be made to go wrong while the stand-in runs. All members may be changed from any thread.</summary>
public sealed class GrafanaFaults
{
    private readonly ConcurrentDictionary<string, int> failing = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> losing = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> forbidden = new(StringComparer.Ordinal);
    private volatile bool aborting;
    private volatile bool databaseDown;
    private long slownessTicks;
    private volatile int perPageCap;

    /// <summary>
    /// Connections are accepted and broken at once. For a refused connection use <see cref="StandInGrafana.StopListeningAsync"/>.
    /// </summary>
    public bool Aborting
    {
        get => aborting;
        set => aborting = value;
    }

    /// <summary>
    /// Health answers 503, a session is refused with 401 as if it were none, and everything else that needs the database is answered 500.
    /// </summary>
    public bool DatabaseDown
    {
        get => databaseDown;
        set => databaseDown = value;
    }

    /// <summary>Added to each answer.</summary>
    public TimeSpan Slowness
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref slownessTicks));
        set => Interlocked.Exchange(ref slownessTicks, value.Ticks);
    }

    /// <summary>Most users in one answer whatever perpage asks for; 0 is no cap.</summary>
    public int PerPageCap
    {
        get => perPageCap;
        set => perPageCap = value;
    }

    /// <summary>The next calls to a handler answer 500 and have no effect.</summary>
    /// <param name="handler">the template in the log, with or without the method: <c>POST /api/admin/users/:id/disable</c></param>
    public void Fail(string handler, int times = 1) => failing[handler] = times;

    /// <summary>The next calls to a handler take effect, are logged, and then the connection is broken: the answer is lost.</summary>
    public void LoseAnswer(string handler, int times = 1) => losing[handler] = times;

    /// <summary>403 for whoever needs this permission, for example <c>users:disable</c>.</summary>
    public void Forbid(string permission) => forbidden[permission] = 0;

    public void Allow(string permission) => forbidden.TryRemove(permission, out _);

    /// <summary>Everything works again.</summary>
    public void Clear()
    {
        Aborting = false;
        DatabaseDown = false;
        Slowness = TimeSpan.Zero;
        PerPageCap = 0;
        failing.Clear();
        losing.Clear();
        forbidden.Clear();
    }

    internal bool IsForbidden(string permission) => forbidden.ContainsKey(permission);

    internal bool TakeFailure(string method, string handler) => Take(failing, method, handler);

    internal bool TakeLoss(string method, string handler) => Take(losing, method, handler);

    private static bool Take(ConcurrentDictionary<string, int> counts, string method, string handler)
    {
        if (counts.IsEmpty) return false;
        foreach (var key in new[] { handler, method + " " + handler })
        {
            while (counts.TryGetValue(key, out var left))
            {
                if (left <= 0) break;
                if (counts.TryUpdate(key, left - 1, left)) return true;
            }
        }

        return false;
    }
}
