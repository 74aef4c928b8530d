using System.CommandLine;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Settings;

namespace Athena.Common.Tests.Daemon;

/// <summary>A wrong command line: what was meant is named where it is near, and nothing where nothing is.</summary>
internal sealed class NearMissTests
{
    [TestCase("aprove", "test: aprove is no command; did you mean approve?", "See: test --help")]
    [TestCase("statsu", "test: statsu is no command; did you mean status?", "See: test --help")]
    [TestCase("approve --untli", "test: --untli is no option of approve; did you mean --until?", "See: test approve --help")]
    [TestCase("approve --outptu", "test: --outptu is no option of approve; did you mean --output?", "See: test approve --help")]
    [TestCase("frob", "test: frob is no command.", "See: test --help")]
    [TestCase("x", "test: x is no command.", "See: test --help")]
    [TestCase("hiden", "test: hiden is no command.", "See: test --help")]
    [TestCase("--frob", "test: --frob is no option.", "See: test --help")]
    [TestCase("approve --frobnicate", "test: --frobnicate is no option of approve.", "See: test approve --help")]
    [TestCase("reject --delet", "test: --delet is no option of reject; did you mean --delete?", "See: test reject --help")]
    [TestCase("reject --untli 2027-03-31", "test: --untli is no option of reject.", "See: test reject --help")]
    [TestCase("approve somebody", "test: somebody is one word too many for approve.", "See: test approve --help")]
    [TestCase("approve --yes=perhaps", "test: perhaps is one word too many for approve.", "See: test approve --help")]
    [TestCase("approve --until", "test: --until wants a value: a day, as 2027-03-31.", "See: test approve --help")]
    [TestCase("approve --mail perhaps", "test: --mail perhaps: must be yes or no.", "See: test approve --help")]
    [TestCase(
        "reject", "test: <who> is missing: an account, or a word that fits one.\nExample: sudo test reject uid:cg4x9he\nWho waits: pending",
        "See: test reject --help")]
    [TestCase("keep", "test: <file> is missing.", "See: test keep --help")]
    [TestCase("audit", "test: a command is missing: verify.", "See: test audit --help")]
    [TestCase("audit verfy", "test: verfy is no command; did you mean verify?", "See: test audit --help")]
    public async Task One_line_says_what_is_wrong_and_one_where_to_read_on(string line, string fault, string hint) =>
        Assert.That(await SaysAsync(line), Is.EqualTo($"{fault}\n{hint}\n"));

    [Test]
    public async Task Who_types_nothing_gets_the_help() => Assert.That(await SaysAsync(), Does.Contain("Usage:").And.Contain("approve"));

    private static async Task<string> SaysAsync(string? line = null)
    {
        var said = new StringWriter();
        Assert.That(await Invocation.RunAsync(Root, line?.Split(' ') ?? [], said, said), Is.EqualTo(ExitCode.Usage));
        return said.ToString();
    }

    private static RootCommand Root()
    {
        var approve = new Command("approve");
        approve.Options.Add(new Option<string?>("--until") { Description = "A day, as 2027-03-31." });
        var mail = new Option<string>("--mail");
        mail.AcceptOnlyFromAmong("yes", "no");
        approve.Options.Add(mail);
        approve.Options.Add(new Option<bool>("--yes"));
        approve.SetAction(_ => 0);
        var reject = new Command("reject");
        reject.Arguments.Add(
            new NamedArgument("who", "uid:cg4x9he", "Who waits: pending") { Description = "An account, or a word that fits one." });
        reject.Options.Add(new Option<bool>("--delete"));
        reject.SetAction(_ => 0);
        ArgumentRules.ForbidEmpty(reject);
        var keep = new Command("keep") { new Argument<string>("file") };
        keep.SetAction(_ => 0);
        var status = new Command("status");
        status.SetAction(_ => 0);
        var verify = new Command("verify");
        verify.SetAction(_ => 0);
        var audit = new Command("audit") { verify };
        var root = new RootCommand { approve, reject, keep, status, audit, new Command("run"), new Command("hidden") { Hidden = true } };
        root.HelpName = "test";
        root.Options.Add(new Option<string?>("--output", "-o") { Recursive = true });
        return root;
    }
}
