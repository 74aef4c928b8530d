using Athena.Common.Time;
using Athena.Compliance.Evidence;
using Athena.Compliance.Hourly;
using Athena.Compliance.State;
using Athena.Tests.Shared;

namespace Athena.Compliance.Tests.Simulation;

/// <summary>The daemon's lives on a simulated host: hours from six to six, looked at twenty seconds after their end.</summary>
internal static class Lives
{
    public static readonly TimeSpan Zone = TimeSpan.FromHours(2);

    public static readonly DateTimeOffset Monday = new(2026, 11, 16, 5, 30, 0, Zone);

    public static readonly HourProcessorOptions Options = new(
        Hours, TimeSpan.FromSeconds(20), TimeSpan.FromHours(24), "file:/grafana.log",
        TimeZoneInfo.CreateCustomTimeZone("two hours ahead", Zone, null, null));

    public static HourProcessor NewLife(
        SimulatedHost host, ManualTime time, HourProcessorOptions? options = null, Action<DateTimeOffset>? beganAhead = null,
        Action<IReadOnlyList<VoidDecision>>? struckOut = null, IGrafanaClock? clock = null) => new(
        host.Load(Monday), host, host, host, host, host, host,
        id => host.Audit.LastOrDefault(entry => entry.Case == id)?.Event == HourProcessor.DecidedEvent, options ?? Options, time)
        {
            BeganAhead = beganAhead,
            StruckOut = struckOut,
            GrafanaClock = clock,
        };

    /// <summary>Decides all that is due.</summary>
    public static async Task AllAsync(HourProcessor hourProcessor)
    {
        while (await hourProcessor.StepAsync(CancellationToken.None) is not null) { }
    }

    public static IEnumerable<Window> Hours(DateTimeOffset after, DateTimeOffset until)
    {
        for (var end = new DateTimeOffset(after.ToOffset(Zone).Date, Zone); end <= until; end = end.AddHours(1))
            if (end > after && end.Hour is >= 6 and <= 18) yield return new Window(end.AddHours(-1), end);
    }

    public static DateTimeOffset At(int day, int hour) => new(2026, 11, day, hour, 0, 0, Zone);
}
