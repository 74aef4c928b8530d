using System.Globalization;
using System.Text;

namespace Athena.Common.Tests.GrafanaLog;

/// <summary>How Grafana writes a value into a text line (docs/grafana.md §1).</summary>
internal static class GrafanasQuoting
{
    public static string Write(string value)
    {
        bool needsQuotes = value == "null" || value.Any(c => c is <= ' ' or '=' or '"' or '\x7f' or '\uFFFD');
        if (!needsQuotes)
            return value;

        var quoted = new StringBuilder("\"");
        foreach (char c in value)
        {
            quoted.Append(c switch
            {
                '\\' => @"\\",
                '"' => "\\\"",
                '\n' => @"\n",
                '\r' => @"\r",
                '\t' => @"\t",
                '\uFFFD' => @"\ufffd",
                < ' ' or '\x7f' => @"\u" + ((int)c).ToString("x4", CultureInfo.InvariantCulture),
                _ => c.ToString(),
            });
        }
        return quoted.Append('"').ToString();
    }
}
