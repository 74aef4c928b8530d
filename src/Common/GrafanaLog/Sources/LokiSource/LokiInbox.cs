namespace Athena.Common.GrafanaLog.Sources.LokiSource;

/// <summary>Between the network and whoever reads the lines, each of which is a thread of its own.</summary>
internal sealed class LokiInbox(TimeProvider time)
{
    /// <summary>The network waits while so much has not been taken.</summary>
    private const long MostBytes = 16 * 1024 * 1024;

    /// <summary>For so long what was written before the start is waited for.</summary>
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(10);

    private readonly object gate = new();
    private readonly Queue<LokiArrival> arrivals = new();
    private long bytes;
    private bool isFetched;
    private bool isClosed;
    private LogContinuity? gap;
    private string? problem;
    private Exception? fault;

    /// <summary>Why nothing can be read now; null when it can.</summary>
    public string? Problem
    {
        get
        {
            lock (gate) return problem;
        }
    }

    /// <summary>Waits for room where much has not been taken. Nothing is put when it is closed.</summary>
    public void Put(LokiArrival arrival)
    {
        lock (gate)
        {
            while (bytes > MostBytes && !isClosed) Monitor.Wait(gate);
            if (isClosed) return;
            arrivals.Enqueue(arrival);
            bytes += arrival.Line.Length;
            Monitor.PulseAll(gate);
        }
    }

    public void AddGap(LogContinuity found)
    {
        lock (gate)
        {
            gap = LogContinuity.Join(gap, found);
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>All that was written before has been put, and what comes is heard of.</summary>
    public void SetWell() => Set(null);

    /// <param name="why">Why nothing can be had at present.</param>
    public void SetProblem(string why) => Set(why);

    /// <summary>What nobody foresaw: it comes out where the lines are read.</summary>
    public void SetFault(Exception found)
    {
        lock (gate)
        {
            fault = found;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Until something is there to be read, or nothing can be: once, at the begin.</summary>
    public void AwaitFirst()
    {
        lock (gate)
        {
            if (isFetched) return;
            var began = time.GetTimestamp();
            while (!isFetched && !isClosed && arrivals.Count == 0 && fault is null)
            {
                if (FirstPatience - time.GetElapsedTime(began) is var left && left > TimeSpan.Zero) Monitor.Wait(gate, left);
                else (isFetched, problem) = (true, "Loki has not given yet what was written before.");
            }
        }
    }

    /// <exception cref="InvalidOperationException">What nobody foresaw has happened to the network's side.</exception>
    public bool TryTake(out LokiArrival arrival)
    {
        lock (gate)
        {
            if (fault is not null) throw new InvalidOperationException("Following Loki failed; this is a bug.", fault);
            if (!arrivals.TryDequeue(out arrival!)) return false;
            bytes -= arrival.Line.Length;
            Monitor.PulseAll(gate);
            return true;
        }
    }

    /// <summary>What may have been missed since the last call; null when nothing was.</summary>
    public LogContinuity? TakeGap()
    {
        lock (gate)
        {
            var found = gap;
            gap = null;
            return found;
        }
    }

    /// <summary>Until something came, and no longer than that.</summary>
    public void Wait(TimeSpan pause)
    {
        lock (gate)
        {
            if (arrivals.Count == 0 && gap is null && fault is null) Monitor.Wait(gate, pause);
        }
    }

    public void Close()
    {
        lock (gate)
        {
            isClosed = true;
            arrivals.Clear();
            Monitor.PulseAll(gate);
        }
    }

    private void Set(string? why)
    {
        lock (gate)
        {
            (isFetched, problem) = (true, why);
            Monitor.PulseAll(gate);
        }
    }
}

/// <summary>A whole line that came.</summary>
/// <param name="At">Of its entry, in nanoseconds since 1970.</param>
/// <param name="Hash">Of its entry.</param>
/// <param name="Line">Without its end.</param>
internal sealed record LokiArrival(long At, ulong Hash, byte[] Line);

/// <summary>The last entries, by their hashes: one that comes a second time is told.</summary>
/// <param name="most">So many; the oldest are forgotten.</param>
internal sealed class RecentEntries(int most)
{
    private readonly HashSet<ulong> known = [];
    private readonly Queue<ulong> order = new();

    /// <returns>False when it was there.</returns>
    public bool TryAdd(ulong hash)
    {
        if (!known.Add(hash)) return false;
        order.Enqueue(hash);
        if (order.Count > most) known.Remove(order.Dequeue());
        return true;
    }
}
