using Athena.Common.Daemon.Units;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Daemon.Units;

/// <summary>The real files: what the machine on paper promises of them.</summary>
internal sealed class UnitFilesTests
{
    private readonly UnitFiles files = new();
    private TemporaryDirectory directory = null!;

    [SetUp]
    public void Prepare() => directory = new TemporaryDirectory();

    [TearDown]
    public void Clean() => directory.Dispose();

    [Test]
    public void A_copy_has_the_mode_and_the_time_of_what_it_is_of()
    {
        File.WriteAllText(directory["a"], "text");
        File.SetUnixFileMode(directory["a"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetLastWriteTimeUtc(directory["a"], new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc));

        files.Copy(directory["a"], directory["deep/er/b"]);

        Assert.That(File.ReadAllText(directory["deep/er/b"]), Is.EqualTo("text"));
        Assert.That(File.GetUnixFileMode(directory["deep/er/b"]), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(File.GetLastWriteTimeUtc(directory["deep/er/b"]).Year, Is.EqualTo(2020));
        Assert.That(files.Files(directory["deep/er"]), Is.EqualTo(new[] { directory["deep/er/b"] }), "nothing half made is left");
    }

    [Test]
    public void A_link_is_copied_as_a_link_and_is_there_also_when_it_leads_nowhere()
    {
        files.Link(directory["a"], "../nowhere");
        files.Copy(directory["a"], directory["b"]);

        Assert.That(files.LinkTarget(directory["b"]), Is.EqualTo("../nowhere"));
        Assert.That(files.Exists(directory["b"]));
        Assert.That(files.Files(directory.Path), Has.Count.EqualTo(2));
    }

    [Test]
    public void The_last_drop_in_takes_its_directory_along_and_other_directories_stay()
    {
        files.Write(directory["x.service.d/a.conf"], "a");
        files.Write(directory["x.service.d/b.conf"], "b");
        files.Write(directory["wants/c"], "c");

        files.Remove(directory["x.service.d/a.conf"]);
        Assert.That(Directory.Exists(directory["x.service.d"]));
        files.Remove(directory["x.service.d/b.conf"]);
        files.Remove(directory["wants/c"]);
        files.Remove(directory["wants/none"]);

        Assert.That(files.Directories(directory.Path), Is.EqualTo(new[] { directory["wants"] }));
    }

    [Test]
    public void What_cannot_be_copied_is_told_and_leaves_nothing()
    {
        Assert.That(() => files.Copy(directory["none"], directory["b"]), Throws.InstanceOf<IOException>().With.Message.Contains("none"));
        Assert.That(Directory.EnumerateFileSystemEntries(directory.Path), Is.Empty);
    }

    [Test]
    public void What_is_written_can_be_read_by_systemd_and_replaces_what_was_there()
    {
        files.Write(directory["a"], "one");
        files.Write(directory["a"], "two");

        Assert.That(files.Read(directory["a"]), Is.EqualTo("two"));
        Assert.That(File.GetUnixFileMode(directory["a"]).HasFlag(UnixFileMode.OtherRead));
    }

    [Test]
    public void Where_the_notes_of_failures_lie_everybody_may_enter_whoever_made_it()
    {
        // As below a umask of 077.
        Directory.CreateDirectory(directory["run"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        Systemctl.MakeCommonFolder(directory["run"]);

        Assert.That(Convert.ToString((int)File.GetUnixFileMode(directory["run"]), 8), Is.EqualTo("755"));
    }
}
