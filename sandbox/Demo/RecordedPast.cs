using System.Text;
using Athena.Sandbox.GrafanaLog;

namespace Athena.Sandbox.Demo;

/// <summary>
/// Two full hours that are over when the demo begins, so that nobody has to wait for one: in the first people worked, in the second
/// only administrators did. What they do is taken from the recorded day, spread over the hour.
/// </summary>
internal sealed class RecordedPast
{
    /// <summary>The first hour's lines begin a little before it, so that the log reaches over all of it.</summary>
    private static readonly TimeSpan Lead = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Spread = TimeSpan.FromMinutes(57);

    private readonly StandInGrafana grafana;
    private readonly StandInOptions options;

    public RecordedPast(StandInGrafana grafana, StandInOptions options)
    {
        (this.grafana, this.options) = (grafana, options);
        var now = options.Time.GetUtcNow();
        AdminsEnd = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerHour));
    }

    /// <summary>The end of the hour in which people worked.</summary>
    public DateTimeOffset UsersEnd => AdminsEnd.AddHours(-1);

    /// <summary>The end of the hour of the administrators alone: the last full hour.</summary>
    public DateTimeOffset AdminsEnd { get; }

    /// <summary>Into the log before the line of this server's start.</summary>
    public void Write()
    {
        var log = new StringBuilder();
        Write(log, UsersEnd.AddHours(-1) - Lead, Somebody);

        // The recorded nurse's clicks, made by an administrator.
        Write(log, AdminsEnd.AddHours(-1) + Lead, uname =>
            Somebody(uname == "naledi" ? DemoSeed.HumanAdmin : uname) is { } one && grafana.Database.Find(one.Login)!.IsServerAdmin
                ? one
                : null);
        grafana.Log.WritePast(Encoding.UTF8.GetBytes(log.ToString()));
    }

    private void Write(StringBuilder log, DateTimeOffset from, Func<string, (long Id, string Login)?> person)
    {
        var lines = RecordedTraffic.Load(options, person).OrderBy(line => line.At).ToList();
        if (lines.Count == 0) return;
        var pace = Spread / (lines[^1].At - lines[0].At);
        foreach (var (at, start, end) in lines)
            log.Append(start).Append("t=").Append(LineWriter.Timestamp(from + ((at - lines[0].At) * pace), options.ServerOffset))
                .Append(end).Append('\n');
    }

    private (long Id, string Login)? Somebody(string uname) => grafana.Database.Find(uname) is { } found ? (found.Id, uname) : null;
}
