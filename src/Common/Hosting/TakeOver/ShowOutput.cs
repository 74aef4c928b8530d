using System.Globalization;

namespace Athena.Common.Hosting.TakeOver;

/// <summary>Reads what <c>systemctl show</c> prints. Pure.</summary>
internal static class ShowOutput
{
    /// <summary>What is asked for.</summary>
    public const string Properties = "LoadState,ActiveState,SubState,FragmentPath,Result,ExecMainStatus,ExecMainStartTimestamp,ExecMainExitTimestamp";

    /// <summary>Properties that a unit does not have are empty or missing.</summary>
    public static UnitState Parse(string unit, string output)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in output.Split('\n'))
        {
            if (line.Split('=', 2) is [var key, var value]) values[key] = value.Trim();
        }

        string Value(string key) => values.GetValueOrDefault(key, "");
        return new UnitState(
            unit, Value("LoadState"), Value("ActiveState"), Value("SubState"),
            Value("FragmentPath") is { Length: > 0 } path ? path : null,
            Value("Result"),
            int.TryParse(Value("ExecMainStatus"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var status) ? status : 0,
            Time(Value("ExecMainStartTimestamp")), Time(Value("ExecMainExitTimestamp")));
    }

    /// <summary><c>Sat 2026-11-21 17:43:05 UTC</c>, as systemctl writes it with TZ=UTC; a fraction of a second may follow. Null for anything else.</summary>
    internal static DateTimeOffset? Time(string text) =>
        DateTimeOffset.TryParseExact(
            text, ["ddd yyyy-MM-dd HH:mm:ss 'UTC'", "ddd yyyy-MM-dd HH:mm:ss.ffffff 'UTC'"], CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
