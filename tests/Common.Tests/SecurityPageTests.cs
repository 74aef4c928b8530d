using System.Text.RegularExpressions;
using Athena.Tests.Shared;

namespace Athena.Common.Tests;

/// <summary>docs/security.md names for what it says the test that shows it: each of these is there.</summary>
internal sealed partial class SecurityPageTests
{
    [Test]
    public void Each_test_that_it_names_is_there()
    {
        var code = string.Join('\n', Directory.EnumerateFiles(Repository.PathOf("tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file =>
                !file.Contains("/obj/", StringComparison.Ordinal)
                    && !file.EndsWith(nameof(SecurityPageTests) + ".cs", StringComparison.Ordinal)).Select(File.ReadAllText));
        var named = Named().Matches(File.ReadAllText(Repository.PathOf("docs/security.md")))
            .Select(match => match.Groups["name"].Value).Distinct().ToList();
        Assert.That(named, Has.Count.GreaterThan(50), "the page names tests");
        Assert.That(named.Where(name => !Regex.IsMatch(code, $@"\b(class {name}\b|{name}\()")), Is.Empty);
    }

    /// <summary>A class or a method of a test, perhaps with its folder or class before it.</summary>
    [GeneratedRegex(@"`(?:[\w/]+[./])?(?<name>[A-Z]\w*Tests|[A-Z][a-z]*_\w+)`")]
    private static partial Regex Named();
}
