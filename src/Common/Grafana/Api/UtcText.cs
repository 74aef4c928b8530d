namespace Athena.Common.Grafana.Api;

/// <summary>A time as it stands in a sentence.</summary>
internal static class UtcText
{
    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'");
}
