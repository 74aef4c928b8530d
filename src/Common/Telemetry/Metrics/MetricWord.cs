using System.Text;

namespace Athena.Common.Telemetry.Metrics;

/// <summary>A member of an enumeration of ours as the value of a label.</summary>
public static class MetricWord
{
    /// <summary><c>DisabledBefore</c> is <c>disabled-before</c>.</summary>
    public static string Of<T>(T member)
        where T : struct, Enum
    {
        var text = new StringBuilder();
        foreach (var sign in member.ToString())
        {
            if (char.IsUpper(sign) && text.Length > 0) text.Append('-');
            text.Append(char.ToLowerInvariant(sign));
        }

        return text.ToString();
    }
}
