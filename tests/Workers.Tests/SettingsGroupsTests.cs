using System.Text.RegularExpressions;
using Athena.Common.Settings;
using Athena.Tests.Shared;

namespace Athena.Workers.Tests;

/// <summary>A fresh file of settings and the manual page show the same settings below the same headings, in the same order.</summary>
internal sealed partial class SettingsGroupsTests
{
    private static IEnumerable<string> Daemons => Dispatch.Daemons.Select(daemon => daemon.Name);

    [TestCaseSource(nameof(Daemons))]
    public async Task Each_setting_is_of_a_group_and_what_is_needed_stands_first(string name)
    {
        var template = await TemplateAsync(name);
        var keys = template.Where(line => !line.StartsWith('#')).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(keys, Is.SubsetOf(SettingsGroups.All.SelectMany(group => group.Keys)), "else it has no heading");
            Assert.That(keys, Is.Unique.And.Count.GreaterThan(20));
            Assert.That(template[0], Is.EqualTo("#" + SettingsGroups.Needed));
            Assert.That(template[1], Does.Not.StartWith("#"));
        });
    }

    [TestCaseSource(nameof(Daemons))]
    public async Task The_manual_page_has_them_in_the_same_order(string name)
    {
        var page = File.ReadAllText(Repository.PathOf($"packaging/man/{name}.8")).Replace(@"\-", "-", StringComparison.Ordinal);
        var environment = page[page.IndexOf(".SS", page.IndexOf(".SH ENVIRONMENT", StringComparison.Ordinal), StringComparison.Ordinal)..];
        var shown = OfPage().Matches(environment[..environment.IndexOf("\n.SH", StringComparison.Ordinal)])
            .Select(match => match.Groups[1].Success ? "#" + match.Groups[1].Value : match.Groups[2].Value);
        Assert.That(shown, Is.EqualTo(await TemplateAsync(name)));
    }

    /// <summary>Headings, with a # in front, and keys.</summary>
    private static async Task<IReadOnlyList<string>> TemplateAsync(string name)
    {
        var output = new StringWriter();
        Assert.That(
            await Dispatch.Daemons.Single(daemon => daemon.Name == name).RunAsync(["print", "settings"], output, output),
            Is.EqualTo(ExitCode.Ok));
        return
        [
            .. OfTemplate().Matches(output.ToString())
                .Select(match => match.Groups[1].Success ? "#" + match.Groups[1].Value : match.Groups[2].Value),
        ];
    }

    [GeneratedRegex("^## (.+?) #+$|^#([A-Z_]+)=", RegexOptions.Multiline)]
    private static partial Regex OfTemplate();

    [GeneratedRegex(@"^\.SS (.+)$|^\.TP\n\.B ([A-Z_]+)$", RegexOptions.Multiline)]
    private static partial Regex OfPage();
}
