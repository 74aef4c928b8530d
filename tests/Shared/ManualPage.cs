using System.Diagnostics;
using System.Text.RegularExpressions;
using Athena.Common.Settings;

namespace Athena.Tests.Shared;

/// <summary>packaging/man/DAEMON.8 tells of every command, option and setting of its daemon, and is clean roff.</summary>
internal abstract partial class ManualPage
{
    protected abstract WorkerIdentity Identity { get; }

    /// <summary>Runs the daemon's command line.</summary>
    protected abstract Task RunAsync(string[] arguments, TextWriter output);

    /// <summary>Reads the daemon's own settings.</summary>
    protected abstract void Read(SettingsReader reader);

    [Test]
    public async Task Every_command_of_the_help_is_described()
    {
        var commands = await Help.CommandsAsync();
        Assert.That(commands, Does.Contain("check").And.Contain("audit verify").And.Contain("restore"), "the help was understood");
        Assert.That(commands.Except(Tags()), Is.Empty);
    }

    [Test]
    public async Task Every_option_of_the_help_is_described()
    {
        var options = new List<string>();
        foreach (var command in await Help.CommandsAsync())
            options.AddRange(Option().Matches(await Help.HelpAsync([.. command.Split(' '), "--help"])).Select(match => match.Value));
        Assert.That(options, Does.Contain("--replace").And.Contain("--show"), "the help was understood");
        Assert.That(options.Distinct().Where(option => !Regex.IsMatch(Page(), $@"{option}(?![\w-])")), Is.Empty);
    }

    [Test]
    public void Every_setting_is_described_in_the_code_s_own_words()
    {
        var reader = new SettingsReader(new SettingsSource(new Dictionary<string, string?>()!, null));
        CommonSettings.Read(reader, Identity);
        Read(reader);
        var page = Page();
        Assert.That(
            reader.Registered.Select(setting => $".B {setting.Key}\n{setting.Help}\n")
                .Where(entry => !page.Contains(entry, StringComparison.Ordinal)),
            Is.Empty);
    }

    [Test]
    public void It_has_the_sections_of_a_manual_page() => Assert.That(
        Section().Matches(Page()).Select(match => match.Groups[1].Value), Is.EqualTo(new[]
        {
            "NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "FILES", "ENVIRONMENT", "EXIT STATUS", "SIGNALS", "EXAMPLES",
            "SEE ALSO",
        }));

    [Test]
    public void It_is_formatted_without_a_warning()
    {
        var start = new ProcessStartInfo("groff", ["-man", "-Tutf8", "-ww", "-z", PagePath()]) { RedirectStandardError = true };
        Process? groff = null;
        try
        {
            groff = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            NotRun.Missing("groff is not installed, so the manual page was not formatted.");
        }

        using (groff)
        {
            var warnings = groff!.StandardError.ReadToEnd();
            groff.WaitForExit();
            Assert.That((groff.ExitCode, warnings), Is.EqualTo((0, "")));
        }
    }

    private CommandHelp Help => new(RunAsync);

    /// <summary>What the entries of the list of commands begin with: <c>approve</c> of <c>.BR approve " \fIwho\fR […</c>.</summary>
    private HashSet<string> Tags() =>
        [.. Entry().Matches(Page()).Select(match => match.Groups[1].Value.Replace("\"", "", StringComparison.Ordinal).Trim())];

    /// <summary>The page with plain hyphens, and letters beyond ASCII as they are read.</summary>
    private string Page() => Letter().Replace(File.ReadAllText(PagePath()).Replace(@"\-", "-", StringComparison.Ordinal),
        match => char.ConvertFromUtf32(Convert.ToInt32(match.Groups[1].Value, 16)));

    private string PagePath() => Repository.PathOf($"packaging/man/{Identity.Daemon}.8");

    [GeneratedRegex(@"^\.SH ""?([A-Z ]+?)""?$", RegexOptions.Multiline)]
    private static partial Regex Section();

    [GeneratedRegex(@"^\.TP\n\.B[RI]? ([a-z -]+?)(?: ?""|$)", RegexOptions.Multiline)]
    private static partial Regex Entry();

    [GeneratedRegex(@"\\\[u([0-9A-F]{4,5})\]")]
    private static partial Regex Letter();

    [GeneratedRegex("--[a-z][a-z-]+")]
    private static partial Regex Option();
}
