using System.Text.RegularExpressions;
using Athena.Tests.Shared;

namespace Athena.Workers.Tests;

/// <summary>
/// Where a message, a manual page, a template or a unit sends its reader lies on the machine: <c>packaging/deb/build.sh</c> puts it there.
/// </summary>
internal sealed partial class NamedPathTests
{
    /// <summary>A file of the sources for what a package holds below this folder.</summary>
    private static readonly (string Installed, string Source)[] Folders =
    [
        ("/usr/share/doc/athena-workers/", "docs/"),
        ("/usr/share/doc/grafana-auto-disable/examples/", "packaging/deb/examples/"),
        ("/usr/share/doc/grafana-compliance/examples/", "packaging/deb/examples/"),
        ("/usr/share/doc/grafana-active-users/examples/", "packaging/deb/examples/"),
        ("/usr/share/doc/grafana-auto-disable/examples/", "packaging/sql/"),
        ("/usr/share/athena-workers/sql/", "packaging/sql/"),
        ("/usr/share/athena-workers/prometheus/", "packaging/prometheus/"),
        ("/usr/share/athena-workers/alertmanager/", "packaging/alertmanager/"),
        ("/usr/share/athena-workers/loki/", "packaging/loki/"),
        ("/usr/share/athena-workers/grafana/", "packaging/grafana/"),
        ("/usr/share/athena-workers/", "packaging/deb/"),
    ];

    private static readonly string[] Speaking = ["src", "packaging/man", "packaging/systemd", "packaging/deb"];

    private static IEnumerable<(string File, string Text)> Texts => Speaking
        .SelectMany(folder => Directory.EnumerateFiles(Repository.PathOf(folder), "*", SearchOption.AllDirectories))
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
        .Select(file => (file, File.ReadAllText(file).Replace(@"\-", "-", StringComparison.Ordinal)));

    [Test]
    public void Each_document_that_is_named_is_installed()
    {
        var named = Texts.SelectMany(text => InstalledPath().Matches(text.Text).Select(match => (text.File, Path: match.Value)))
            .Where(named => Path.HasExtension(named.Path)).ToList();
        Assert.That(named, Is.Not.Empty);
        Assert.That(
            named.Where(one => !Folders.Any(folder => one.Path.StartsWith(folder.Installed, StringComparison.Ordinal)
                && File.Exists(Repository.PathOf(folder.Source + one.Path[folder.Installed.Length..])))),
            Is.Empty);
    }

    [Test]
    public void No_text_for_people_names_a_file_of_the_sources()
    {
        var named = Texts.Where(text => text.File.EndsWith(".cs", StringComparison.Ordinal)).SelectMany(text => text.Text.Split('\n')
            .Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && SourcePath().IsMatch(line))
            .Select(line => $"{Path.GetFileName(text.File)}: {line.Trim()}"));
        Assert.That(named, Is.Empty);
    }

    [GeneratedRegex(@"/usr/share/(doc|athena-workers)/[\w./-]*\w")]
    private static partial Regex InstalledPath();

    /// <summary>In a string: what stands behind // is for who reads the sources.</summary>
    [GeneratedRegex(@"""[^""]*(?<![\w/-])(docs|packaging)/[\w-]+[./][^""]*""")]
    private static partial Regex SourcePath();
}
