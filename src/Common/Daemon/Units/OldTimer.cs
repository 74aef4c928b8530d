namespace Athena.Common.Daemon.Units;

/// <summary>The timer of a daemon's name that was at work on this host before the daemon.</summary>
public static class OldTimer
{
    /// <summary>The name under which it goes on while ours starts: <c>grafana-auto-disable-before</c>.</summary>
    public static string StandIn(string daemon) => daemon + "-before";

    /// <summary>Whether it is there, under its own name or, while guards change, under the other one.</summary>
    public static bool IsThere(string daemon) => OldUnits.Folders.Any(
        folder => File.Exists($"{folder}/{daemon}.timer") || File.Exists($"{folder}/{StandIn(daemon)}.timer"));
}
