using System.Text.Json.Nodes;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Units;
using Athena.Common.Settings;
using Athena.Tests.Shared;
using Athena.Workers.People;

namespace Athena.Workers.Tests;

/// <summary><c>athena-workers person</c>: all daemons are asked until none knows more, and nothing is erased before all may.</summary>
internal sealed class PersonOverviewTests
{
    private static readonly Terminal Nobody = new(ask: null);

    private readonly StringWriter output = new();
    private readonly StringWriter error = new();
    private TemporaryDirectory folder = null!;

    [SetUp]
    public void Open() => folder = new TemporaryDirectory();

    [TearDown]
    public void Close()
    {
        folder.Dispose();
        output.GetStringBuilder().Clear();
        error.GetStringBuilder().Clear();
    }

    [Test]
    public async Task What_one_knows_the_others_are_asked_for()
    {
        var daemons = new Fake();
        Assert.That(await RunAsync(daemons, new PersonOptions("email:t@example.net", null, Erases: false)), Is.Zero);
        Assert.That(daemons.Asked[^1], Is.EqualTo(
            "b person email:t@example.net --output json --known=uid:aaa --known=email:t@example.net --known=login:thabo"));
        Assert.That(output.ToString(), Is.EqualTo("""
            uid:aaa, email:t@example.net, login:thabo
              a                     state 1, audit 2
              b                     state 1, audit 2

            """));
    }

    [Test]
    public async Task All_of_it_goes_into_a_new_file_for_root_alone()
    {
        var daemons = new Fake();
        var options = new PersonOptions("uid:aaa", folder["export.json"], Erases: false);
        Assert.That(await RunAsync(daemons, options), Is.Zero, error.ToString());
        var export = JsonNode.Parse(await File.ReadAllTextAsync(folder["export.json"]))!;
        Assert.Multiple(() =>
        {
            Assert.That(export["daemons"]!["b"]!["kept"]!["audit"]!.AsArray(), Has.Count.EqualTo(2));
            Assert.That(
                export["backups"]!.AsArray().Select(path => (string)path!), Is.EqualTo(new[] { folder["a-20261120T090000Z.tar.gz"] }));
            Assert.That(File.GetUnixFileMode(folder["export.json"]), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        });
        Assert.That(await RunAsync(daemons, options), Is.EqualTo(ExitCode.Fault), "a file that is there is left alone");
    }

    [Test]
    public async Task Erased_is_last_where_most_is_known_and_what_is_left_is_named()
    {
        var daemons = new Fake();
        Assert.That(await RunAsync(daemons, new PersonOptions("thabo", null, Erases: true) { Yes = true }), Is.Zero, error.ToString());
        Assert.That(
            daemons.Asked.Where(asked => asked.Contains("--erase", StringComparison.Ordinal)).Select(asked => asked[..27]),
            Is.EqualTo(new[] { "b person thabo --erase --ye", "a person thabo --erase --ye" }));
        Assert.That(output.ToString(), Does.Contain(folder["a-20261120T090000Z.tar.gz"])
            .And.Contain("annotations with a login on Grafana's dashboards").And.EndsWith("sudo systemctl start a b\n"));
    }

    [Test]
    public async Task Nothing_is_erased_where_one_refuses_nor_where_nobody_can_be_asked()
    {
        var daemons = new Fake { Obstacle = "b runs. Stop it first: sudo systemctl stop b" };
        Assert.That(await RunAsync(daemons, new PersonOptions("thabo", null, Erases: true) { Yes = true }), Is.EqualTo(ExitCode.Fault));
        Assert.That((output.ToString(), error.ToString()), Is.EqualTo((output.ToString(), "Nothing was erased.\n")));
        Assert.That(output.ToString(), Does.Contain("Stop it first: sudo systemctl stop b\n"));
        Assert.That(await RunAsync(daemons, new PersonOptions("thabo", null, Erases: true)), Is.EqualTo(ExitCode.Usage));
        Assert.That(daemons.Asked.Where(asked => asked.Contains("--erase", StringComparison.Ordinal)), Is.Empty);
    }

    [TestCase("no", 0)]
    [TestCase("", 0)]
    [TestCase("yes", 2)]
    public async Task A_terminal_is_asked_and_Enter_is_no(string answer, int erased)
    {
        var daemons = new Fake();
        var code = await RunAsync(daemons, new PersonOptions("thabo", null, Erases: true), new Terminal(_ => answer));
        Assert.That(code, Is.EqualTo(erased > 0 ? ExitCode.Ok : ExitCode.Fault));
        Assert.That(daemons.Asked.Count(asked => asked.Contains("--erase", StringComparison.Ordinal)), Is.EqualTo(erased));
    }

    [TestCase("nobody", "Nothing is kept of nobody. Names are kept for AUDIT_KEEP, uids longer.\n", 1)]
    [TestCase("two", "two fits more than one account; say which: uid:aaa, uid:bbb\n", 1)]
    [TestCase("broken", "a cannot say what it keeps: the disk is damaged\n", 1)]
    public async Task What_cannot_be_told_is_said(string who, string said, int expected)
    {
        var code = await RunAsync(new Fake(), new PersonOptions(who, null, Erases: true) { Yes = true });
        Assert.That((code, error.ToString()), Is.EqualTo((expected, said)));
    }

    [Test]
    public async Task Only_root_may()
    {
        var code = await new PersonOverview(new Fake(), Nobody, isRoot: false, folder.Path, output, error)
            .RunAsync(new PersonOptions("thabo", null, Erases: false), CancellationToken.None);
        Assert.That((code, error.ToString()), Is.EqualTo(
            (ExitCode.NotPermitted, "Only root may read what is kept of somebody: sudo athena-workers person thabo\n")));
    }

    private Task<int> RunAsync(Fake daemons, PersonOptions options, Terminal? terminal = null)
    {
        File.WriteAllText(folder["a-20261120T090000Z.tar.gz"], "");
        return new PersonOverview(daemons, terminal ?? Nobody, isRoot: true, folder.Path, output, error)
            .RunAsync(options, CancellationToken.None);
    }

    /// <summary>One knows the address, and by the uid the other knows the login.</summary>
    private sealed class Fake : IDaemons
    {
        public List<string> Asked { get; } = [];

        public string? Obstacle { get; init; }

        public IReadOnlyList<string> Names => ["a", "b"];

        public Task<Tool.Result> AskAsync(string daemon, IReadOnlyList<string> arguments, CancellationToken cancel)
        {
            Asked.Add($"{daemon} {string.Join(' ', arguments)}");
            return Task.FromResult(arguments[1] switch
            {
                "broken" => new Tool.Result(1, "", "the disk is damaged\n"),
                "nobody" => new Tool.Result(1, """{"others":[]}""", ""),
                "two" => new Tool.Result(1, """{"others":["uid:aaa","uid:bbb"]}""", ""),
                _ when arguments.Contains("--erase") => new Tool.Result(0, $"Erased in {daemon}.\n", ""),
                _ => new Tool.Result(0, new JsonObject
                {
                    ["person"] = daemon == "a"
                        ? new JsonArray("uid:aaa", "email:t@example.net")
                        : arguments.Contains("--known=uid:aaa") ? new JsonArray("uid:aaa", "login:thabo") : new JsonArray("uid:aaa"),
                    ["kept"] = new JsonObject { ["state"] = new JsonArray(1), ["audit"] = new JsonArray(1, 2) },
                    ["obstacle"] = daemon == "b" ? Obstacle : null,
                    ["copies"] = new JsonArray(),
                }.ToJsonString(), ""),
            });
        }

        public Task<int> RunHereAsync(string daemon, IReadOnlyList<string> arguments, CancellationToken cancel) =>
            throw new NotSupportedException();
    }
}
