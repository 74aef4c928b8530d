using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Athena.Common.Settings;
using Athena.Tests.Shared;

namespace Athena.Workers.Tests;

/// <summary>One table of exit codes: what the programs can end with is what the documents list, no more and no less.</summary>
internal sealed partial class ExitCodeTests
{
    private static readonly int[] Codes =
        [.. typeof(ExitCode).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (int)field.GetRawConstantValue()!)];

    [Test]
    public void Operations_has_a_row_for_each()
    {
        var page = File.ReadAllText(Repository.PathOf("docs/operations.md"));
        var section = page[page.IndexOf("\n## Exit codes\n", StringComparison.Ordinal)..].Split("\n## ")[1];
        Assert.That(Numbers(Row(), section), Is.EqualTo(Codes));
    }

    [Test]
    public void So_has_each_manual_page(
        [Values("athena-workers", "athena-workers-decisions", "grafana-auto-disable", "grafana-compliance", "grafana-active-users")]
        string program)
    {
        var page = File.ReadAllText(Repository.PathOf($"packaging/man/{program}.8"));
        var section = Section().Match(page).Groups[1].Value;
        Assert.That(Numbers(Tag(), section), Is.EqualTo(Codes));
    }

    [Test]
    public void So_has_the_first_page_in_a_line()
    {
        var line = File.ReadLines(Repository.PathOf("README.md")).Single(one => one.StartsWith("Exit codes: ", StringComparison.Ordinal));
        Assert.That(Numbers(Word(), line), Is.EqualTo(Codes));
    }

    private static IEnumerable<int> Numbers(Regex what, string text) =>
        what.Matches(text).Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^\| (\d+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"^\.B (\d+)$", RegexOptions.Multiline)]
    private static partial Regex Tag();

    [GeneratedRegex(@"(?:: |, )(\d+) ")]
    private static partial Regex Word();

    [GeneratedRegex("""^\.SH "?EXIT STATUS"?\n(.*?)^\.SH """, RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Section();
}
