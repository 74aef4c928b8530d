using System.Text.RegularExpressions;
using Athena.Common.Settings;

namespace Athena.Tests.Shared;

/// <summary>
/// docs/configuration.md has a table row <c>| `KEY` | default | help |</c> for each key of a daemon, in the code's own words.
/// </summary>
internal static partial class DocumentedSettings
{
    /// <summary>The rows below the heading of this daemon.</summary>
    public static IReadOnlyList<string> Of(string daemon) =>
        [.. File.ReadLines(Repository.PathOf("docs/configuration.md"))
            .SkipWhile(line => line != "## " + daemon).Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .Where(line => Row().IsMatch(line))];

    /// <summary>What the rows must be.</summary>
    public static IReadOnlyList<string> Written(SettingsReader reader) =>
        [
            .. reader.Registered.Select(s =>
                $"| `{s.Key}` | {(s.IsNeeded ? "**needed**" : s.Default is { Length: > 0 } d ? $"`{d}`" : "")} | "
                + $"{s.Help}{(s.IsSecret ? " *Secret.*" : "")} |"),
        ];

    [GeneratedRegex("^\\| `[A-Z_]+` \\|")]
    private static partial Regex Row();
}
