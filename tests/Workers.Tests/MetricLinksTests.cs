using Athena.Common.Settings;
using Athena.Tests.Shared;
using Athena.Workers.Metrics;

namespace Athena.Workers.Tests;

/// <summary><c>athena-workers metrics</c>: links where node_exporter reads, and nothing of anybody else's touched.</summary>
internal sealed class MetricLinksTests
{
    private const string Gate = "grafana-auto-disable";
    private const string Hour = "grafana-compliance";

    private readonly StringWriter output = new();
    private readonly StringWriter error = new();
    private readonly ManualClock time = new();
    private TemporaryDirectory directory = null!;
    private MetricLinks links = null!;

    private string Folder => directory["node-exporter"];

    [SetUp]
    public void Open()
    {
        directory = new TemporaryDirectory();
        Directory.CreateDirectory(Folder);
        links = new MetricLinks([Gate, Hour], daemon => directory[$"{daemon}.made"], time);
        output.GetStringBuilder().Clear();
        error.GetStringBuilder().Clear();
    }

    [TearDown]
    public void Close() => directory.Dispose();

    [Test]
    public void Enable_links_each_daemon_once_and_disable_takes_the_links_away()
    {
        File.WriteAllText(directory[$"{Gate}.made"], "athena_daemon_well 1\n");

        Assert.That(links.Enable(Folder, output, error), Is.EqualTo(ExitCode.Ok));
        Assert.That(links.Enable(Folder, output, error), Is.EqualTo(ExitCode.Ok), "a second time");
        Assert.That(File.ReadAllText(Path.Combine(Folder, $"athena-{Gate}.prom")), Is.EqualTo("athena_daemon_well 1\n"));
        Assert.That(Directory.GetFileSystemEntries(Folder), Has.Length.EqualTo(2));
        Assert.That(output.ToString(), Does.Contain($"{Hour}: linked").And.Contain("writes nothing yet").And.Contain("linked already"));

        Assert.That(links.Disable(Folder, output, error), Is.EqualTo(ExitCode.Ok));
        Assert.That(Directory.GetFileSystemEntries(Folder), Is.Empty);
        Assert.That(File.Exists(directory[$"{Gate}.made"]), "the daemon goes on writing");
        Assert.That(error.ToString(), Is.Empty);
    }

    [Test]
    public void What_somebody_else_put_there_is_left_alone()
    {
        var (theirs, other) = (Path.Combine(Folder, $"athena-{Gate}.prom"), Path.Combine(Folder, $"athena-{Hour}.prom"));
        File.WriteAllText(theirs, "theirs");
        File.CreateSymbolicLink(other, "/nowhere");

        Assert.That(links.Enable(Folder, output, error), Is.EqualTo(ExitCode.Fault));
        Assert.That(links.Disable(Folder, output, error), Is.EqualTo(ExitCode.Ok));

        Assert.That(File.ReadAllText(theirs), Is.EqualTo("theirs"));
        Assert.That(new FileInfo(other).LinkTarget, Is.EqualTo("/nowhere"));
        Assert.That(error.ToString(), Does.Contain("move it away"));
    }

    [Test]
    public void Without_node_exporter_it_is_said_what_to_install()
    {
        Assert.That(links.Enable(directory["gone"], output, error), Is.EqualTo(ExitCode.Fault));
        Assert.That(error.ToString(), Does.Contain("sudo apt install prometheus-node-exporter").And.Contain("--folder"));
    }

    [Test]
    public void Show_says_how_old_it_is_and_what_stands_there_and_fails_where_one_writes_nothing()
    {
        File.WriteAllText(directory[$"{Gate}.made"], "athena_daemon_well 1\n\u001b]0;evil\n");
        File.SetLastWriteTimeUtc(directory[$"{Gate}.made"], time.GetUtcNow().AddSeconds(-7).UtcDateTime);

        Assert.That(links.Show(Folder, output), Is.EqualTo(ExitCode.Fault), "one of the two writes nothing");

        Assert.That(output.ToString(), Does.Contain($"# {Gate}: written 7 s ago").And.Contain("not linked")
            .And.Contain("\nathena_daemon_well 1\n").And.Contain($"# {Hour}: writes nothing").And.Not.Contain("\u001b"));

        File.Copy(directory[$"{Gate}.made"], directory[$"{Hour}.made"]);
        File.SetLastWriteTimeUtc(directory[$"{Hour}.made"], time.GetUtcNow().UtcDateTime);
        Assert.That(links.Show(Folder, output), Is.EqualTo(ExitCode.Ok));

        File.SetLastWriteTimeUtc(directory[$"{Hour}.made"], time.GetUtcNow().AddMinutes(-5).UtcDateTime);
        Assert.That(links.Show(Folder, output), Is.EqualTo(ExitCode.Fault), "it has not written for a while");
    }

    [Test]
    public void Show_follows_no_link_that_a_daemon_may_have_put_in_its_place()
    {
        File.WriteAllText(directory["secret"], "root's alone");
        File.CreateSymbolicLink(directory[$"{Gate}.made"], directory["secret"]);

        links.Show(Folder, output);

        Assert.That(output.ToString(), Does.Not.Contain("root's alone").And.Contain($"# {Gate}: writes nothing"));
    }

    private sealed class ManualClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);
    }
}
