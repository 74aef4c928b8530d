using System.Text;
using System.Text.Json.Nodes;
using Athena.Common.Daemon.Control;
using Athena.Common.Settings;
using Athena.Common.Text;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>
/// How a daemon is: one sentence for systemd, and the answer to <c>status</c>, which is asked for from other threads. What is read of the
/// daemon's own loop is taken down by that loop, on each round.
/// </summary>
/// <typeparam name="TSnapshot">How it was at one moment.</typeparam>
public abstract class StatusReport<TSnapshot>
    where TSnapshot : class
{
    private readonly string dryRun;
    private readonly bool isDryRun;
    private readonly int nameWidth;
    private volatile TSnapshot seen;

    /// <param name="first">How it is now.</param>
    /// <param name="isDryRun">Nothing is done.</param>
    /// <param name="notDone">What a dry run does not do: <c>sent</c>.</param>
    /// <param name="nameWidth">Of the names before the lines, with the space behind them.</param>
    /// <param name="time">The clock.</param>
    protected StatusReport(TSnapshot first, bool isDryRun, string notDone, int nameWidth, TimeProvider time)
    {
        (seen, this.isDryRun, this.nameWidth, Time, StartedAt) = (first, isDryRun, nameWidth, time, time.GetUtcNow());
        dryRun = isDryRun ? $"DRY RUN, nothing is {notDone}. " : "";
    }

    /// <summary>Whether <c>status</c> finds nothing wrong.</summary>
    public bool IsWell => IsWellIn(seen);

    /// <summary>How it was when the loop came round last. Safe from any thread.</summary>
    public TSnapshot Seen => seen;

    protected TimeProvider Time { get; }

    protected DateTimeOffset StartedAt { get; }

    /// <summary>Takes down how it is now. To be called by the daemon's own loop, on each round.</summary>
    public void Refresh() => seen = Look();

    /// <summary>One sentence.</summary>
    public string Sentence() => Sentence(seen);

    /// <summary>The answer to <c>status</c>: exit code 1 while something is wrong.</summary>
    public ControlReply Write()
    {
        var now = seen;
        return new ControlReply(IsWellIn(now) ? ExitCode.Ok : ExitCode.Fault, ToText(now), ToJson(now));
    }

    /// <summary>How it is now, read by the daemon's own loop.</summary>
    protected abstract TSnapshot Look();

    protected abstract bool IsWellIn(TSnapshot now);

    /// <summary>How it is, in a sentence or a few.</summary>
    protected abstract string Judge(TSnapshot now);

    /// <summary>Since when it runs, or for how long.</summary>
    protected abstract string Running { get; }

    /// <summary>What <c>status</c> shows below how it is and since when it runs.</summary>
    protected abstract IEnumerable<(string Name, string Value)> Lines(TSnapshot now);

    /// <summary>The same for a program; the names stay as they are.</summary>
    protected abstract JsonObject Facts(TSnapshot now);

    private string Sentence(TSnapshot now) => dryRun + Judge(now);

    private string ToText(TSnapshot now)
    {
        var text = new StringBuilder();
        IEnumerable<(string Name, string Value)> lines =
        [
            ("State", Sentence(now)),
            ("Running", $"{Running}, version {WorkerIdentity.ShortVersion}, {WorkerIdentity.Runtime}"),
            .. Lines(now),
        ];
        foreach (var (name, value) in lines) text.Append(name.PadRight(nameWidth)).Append(VisibleText.Escape(value)).Append('\n');
        return text.ToString();
    }

    private string ToJson(TSnapshot now)
    {
        var json = Facts(now);
        (string Key, JsonNode? Value)[] head =
            [("running", true), ("state", Sentence(now)), ("version", WorkerIdentity.Version), ("dryRun", isDryRun)];
        foreach (var ((key, value), at) in head.Select((fact, at) => (fact, at))) json.Insert(at, key, value);
        return json.ToText();
    }
}
