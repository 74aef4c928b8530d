using System.Diagnostics;
using Athena.Tests.Shared;

namespace Athena.Workers.Tests;

/// <summary>The shell's completion asks the program itself, so it knows each command and option that there is, and no hidden one.</summary>
internal sealed class CompletionTests
{
    [TestCase("athena-workers s", "selftest setup status")]
    [TestCase("athena-workers fai", "")]
    [TestCase("athena-workers report --l", "--last")]
    [TestCase("grafana-compliance k", "kpi")]
    [TestCase("athena-workers metrics ", "disable enable show")]
    [TestCase("grafana-auto-disable app", "approve")]
    [TestCase("grafana-auto-disable reject --s", "--server-admin --settled")]
    [TestCase("grafana-active-users print ", "catalogue settings")]
    [TestCase("grafana-compliance backup /et", "")]
    [TestCase("athena-workers-decisions che", "check")]
    public void The_program_says_what_may_follow(string typed, string expected)
    {
        var words = typed.Split(' ');
        using var directory = new TemporaryDirectory();
        foreach (var name in (string[])["athena-workers", "grafana-auto-disable", "grafana-active-users", "grafana-compliance"])
            File.CreateSymbolicLink(directory[name], Path.Combine(TestContext.CurrentContext.TestDirectory, "athena-workers"));
        File.CreateSymbolicLink(
            directory["athena-workers-decisions"], Path.Combine(TestContext.CurrentContext.TestDirectory, "athena-workers-decisions"));
        var script = $"""
            . '{Repository.PathOf("packaging/deb/athena-workers.completion")}'
            COMP_WORDS=({string.Join(' ', words.Select(word => $"'{word}'"))}) COMP_CWORD={words.Length - 1}
            COMP_LINE='{typed}' COMP_POINT={typed.Length}
            PATH='{directory.Path}':$PATH
            _athena_workers {words[0]}
            echo "$(printf '%s\n' "$COMPREPLY[@]" | sort | tr '\n' ' ')"
            """.Replace("$COMPREPLY[@]", "${COMPREPLY[@]}", StringComparison.Ordinal);
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", script]) { RedirectStandardOutput = true })!;
        Assert.That(bash.StandardOutput.ReadToEnd().Trim(), Is.EqualTo(expected));
    }
}
