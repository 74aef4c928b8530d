namespace Athena.Common.Grafana;

/// <summary>A time as it stands in a sentence.</summary>
internal static class Moment
{
    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'");
}
