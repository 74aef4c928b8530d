using System.CommandLine;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Settings;

namespace Athena.Common.Tests.Daemon;

/// <summary>A word that nothing takes: what was meant is named where it is near, and nothing where nothing is.</summary>
internal sealed class NearMissTests
{
    [TestCase("aprove", "\"aprove\": did you mean approve?")]
    [TestCase("statsu", "\"statsu\": did you mean status?")]
    [TestCase("approve --untli", "\"--untli\": did you mean --until?")]
    [TestCase("approve --outptu", "\"--outptu\": did you mean --output?")]
    public async Task A_near_word_is_named(string line, string said) => Assert.That(await SaysAsync(line), Does.StartWith(said + "\n"));

    [TestCase("frob")]
    [TestCase("x")]
    [TestCase("hiden")]
    [TestCase("approve --frobnicate")]
    public async Task No_other_is(string line) => Assert.That(
        await SaysAsync(line), Does.Not.Contain("did you mean").And.Not.Contain("Did you mean").And.Contain($"'{line.Split(' ')[^1]}'"));

    private static async Task<string> SaysAsync(string line)
    {
        var said = new StringWriter();
        Assert.That(await Invocation.RunAsync(Root, line.Split(' '), said, said), Is.EqualTo(ExitCode.Usage));
        return said.ToString();
    }

    private static RootCommand Root()
    {
        var approve = new Command("approve");
        approve.Options.Add(new Option<string?>("--until"));
        approve.SetAction(_ => 0);
        var status = new Command("status");
        status.SetAction(_ => 0);
        var root = new RootCommand { approve, status, new Command("run"), new Command("hidden") { Hidden = true } };
        root.Options.Add(new Option<string?>("--output", "-o") { Recursive = true });
        return root;
    }
}
