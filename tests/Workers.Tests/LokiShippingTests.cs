using System.Text.RegularExpressions;
using Athena.Tests.Shared;

namespace Athena.Workers.Tests;

/// <summary>The example that sends our own journal to a Loki.</summary>
internal sealed partial class LokiShippingTests
{
    private static readonly string Example = Repository.PathOf("packaging/loki/athena.alloy");

    [Test]
    public void Each_field_that_it_asks_for_is_one_that_we_write()
    {
        var written = File.ReadAllText(Repository.PathOf("src/Common/Telemetry/JournaldSink.cs"));
        var asked = Field().Matches(File.ReadAllText(Example)).Select(match => match.Value.Replace("__journal_", "").ToUpperInvariant())
            .Distinct().ToList();
        Assert.That(asked, Has.Count.GreaterThanOrEqualTo(5));
        Assert.That(asked.Where(field => !written.Contains($"\"{field}\"", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void The_text_of_a_line_which_names_people_is_sent_only_where_somebody_asks_for_it()
    {
        var lines = File.ReadLines(Example).Where(line => !line.StartsWith("//", StringComparison.Ordinal)).ToList();
        Assert.That(lines, Has.Exactly(1).Contains("\"MESSAGE\""));
        Assert.That(lines, Has.None.Contains(".message"));
        Assert.That(lines, Has.None.Contains("ATHENA_USER_ID"));
    }

    [GeneratedRegex("__journal_athena_\\w+|ATHENA_(?!LOKI)\\w+")]
    private static partial Regex Field();
}
