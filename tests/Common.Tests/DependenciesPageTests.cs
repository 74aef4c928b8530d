using System.Text.RegularExpressions;
using Athena.Tests.Shared;

namespace Athena.Common.Tests;

/// <summary>docs/dependencies.md tells of each library that the daemons are made of, and of no other.</summary>
internal sealed partial class DependenciesPageTests
{
    private static readonly string[][] Rows =
    [
        .. File.ReadLines(Repository.PathOf("docs/dependencies.md"))
            .SkipWhile(line => line != "## In the daemons").TakeWhile(line => line != "## Tried, and not taken")
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(2)
            .Select(line => line.Trim('|', ' ').Split('|', StringSplitOptions.TrimEntries)),
    ];

    [Test]
    public void Each_library_of_the_daemons_has_its_row_and_no_other_has_one()
    {
        var used = Directory.EnumerateFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories)
            .SelectMany(project => Reference().Matches(File.ReadAllText(project)).Select(match => match.Groups[1].Value));

        // MimeKit comes with MailKit.
        Assert.That(
            Rows.SelectMany(row => row[0].Replace(", with ", ", ", StringComparison.Ordinal).Split(", ")),
            Is.EquivalentTo(used.Append("MimeKit").Distinct()));
    }

    [Test]
    public void Each_row_says_what_for_by_which_licence_how_large_who_keeps_it_and_what_else_there_is()
    {
        Assert.That(Rows, Is.Not.Empty);
        foreach (var row in Rows)
            Assert.That(row, Has.Length.EqualTo(6).And.All.Not.Empty, string.Join(" | ", row));
    }

    [Test]
    public void The_licence_of_each_is_among_those_that_the_package_hands_on()
    {
        var copyright = File.ReadAllText(Repository.PathOf("packaging/deb/copyright"));
        foreach (var row in Rows)
            Assert.That(copyright, Does.Match($@"(?m)^License: {Regex.Escape(row[2])}$"), row[0]);
    }

    [GeneratedRegex("<PackageReference Include=\"([^\"]+)\"")]
    private static partial Regex Reference();
}
