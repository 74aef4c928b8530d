using System.Runtime.Versioning;
using Athena.Common.GrafanaLog.Sources;
using Athena.Tests.Shared;
using static Athena.Common.Tests.GrafanaLog.LogDirectory;

namespace Athena.Common.Tests.GrafanaLog.Sources.FileSource;

/// <summary>A log that may not be read, and later may. Root may read everything, so these run as somebody else.</summary>
[SupportedOSPlatform("linux")]
public sealed class FileLogPermissionTests
{
    private LogDirectory logs = null!;

    [SetUp]
    public void MakeDirectory()
    {
        logs = new LogDirectory();
        File.SetUnixFileMode(logs.Folder, (UnixFileMode)0b111_101_101);
    }

    [TearDown]
    public void RemoveDirectory() => logs.Dispose();

    [Test]
    public void Names_the_group_and_the_remedy_and_picks_the_log_up_later()
    {
        logs.Append(Line("before", minute: 1));
        Forbid();
        LogContinuity continuity = Unprivileged.Do(() => logs.Log.Open(null));
        Unprivileged.Do(logs.Look);
        Assert.That(continuity, Is.EqualTo(LogContinuity.Continuous));
        Assert.That(
            logs.Last.Problem,
            Does.Contain("Permission denied").And.Contain(logs.Path)
                .And.Contain($"SupplementaryGroups={(Environment.IsPrivilegedProcess ? "grafana" : "")}"),
            "root's own group helps nobody");
        Assert.That(logs.Last.Position, Is.Null);

        Allow();
        Unprivileged.Do(logs.Look);
        Assert.That(logs.Last.Problem, Is.Null);
        Assert.That(logs.Last.Gap!.IsContinuous, Is.False, "lines may have come meanwhile");
        logs.Append(Line("after", minute: 2));
        Assert.That(Unprivileged.Do(logs.Look), Is.EqualTo((string[])["after"]));
    }

    [Test]
    public void A_kept_position_is_gone_on_from_when_the_log_may_be_read_again()
    {
        // An older file beside it must not be taken for all that is left.
        logs.Append(Line("zero"));
        logs.Rotate();
        logs.Append(Line("one", minute: 1));
        logs.Log.Open(null);
        logs.Look();
        // Nor must a copy be taken for the log itself.
        File.Copy(logs.Path, logs.Path + ".bak");
        Forbid();
        LogContinuity continuity = Unprivileged.Do(logs.Restart);
        Assert.That(continuity.IsContinuous, Is.False);
        Assert.That(continuity.Why, Does.Contain("Permission denied"));
        Unprivileged.Do(logs.Look);

        logs.Append(Line("two", minute: 2));
        Allow();
        Assert.That(Unprivileged.Do(logs.Look), Is.EqualTo((string[])["two"]));
        Assert.That(logs.Last.Gap, Is.Null);
    }

    [Test]
    public void A_new_file_that_may_not_be_read_loses_nothing_once_it_may()
    {
        logs.Append(Line("one", minute: 1));
        logs.Log.Open(null);
        logs.Look();
        logs.Rotate();
        logs.Append(Line("two", minute: 2));
        Forbid();
        Assert.That(Unprivileged.Do(logs.Look), Is.Empty);
        Assert.That(logs.Last.Problem, Does.Contain("Permission denied"));
        Allow();
        Assert.That(Unprivileged.Do(logs.Look), Is.EqualTo((string[])["two"]));
        Assert.That(logs.Last.Problem, Is.Null);
        Assert.That(logs.Last.Gap, Is.Null);
    }

    [TestCase(0b110_000_000, "0600", TestName = "Of_a_file_for_its_owner_alone_it_never_says_that_its_group_may_read_it")]
    [TestCase(0b110_010_000, "0620", TestName = "Nor_of_one_that_its_group_may_only_write")]
    public void Never_says_that_the_group_may_read_what_it_may_not(int mode, string shown)
    {
        if (!Environment.IsPrivilegedProcess) NotRun.Missing("Only root can make a file that the test itself may not read.");
        logs.Append(Line("one"));
        File.SetUnixFileMode(logs.Path, (UnixFileMode)mode);
        Unprivileged.Do(() => logs.Log.Open(null));
        Unprivileged.Do(logs.Look);
        Assert.That(logs.Last.Problem, Does.Contain($"mode {shown}").And.Contain($"chmod g+r {logs.Path}")
            .And.Not.Contain("may be read by its owner and the group"));
    }

    [Test]
    public void In_the_sandbox_of_a_unit_where_no_group_has_its_number_it_names_Grafana_s_and_the_command()
    {
        if (!Environment.IsPrivilegedProcess) NotRun.Missing("Only root can give a file to the group that stands for those of others.");
        logs.Append(Line("one"));
        Assert.That(System.Diagnostics.Process.Start("chgrp", ["65534", logs.Path])!.WaitForExit(TimeSpan.FromSeconds(30)));
        File.SetUnixFileMode(logs.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Unprivileged.Do(() => logs.Log.Open(null));
        Unprivileged.Do(logs.Look);
        Assert.That(logs.Last.Problem, Does.Contain("the group 'grafana'").And.Contain("sudo /usr/lib/athena-workers/read-grafana-log ")
            .And.Not.Contain("nogroup"));
    }

    [Test]
    public void Names_the_directory_that_lets_nobody_pass()
    {
        logs.Append(Line("one"));
        File.SetUnixFileMode(logs.Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        string? problem = Unprivileged.Do(() =>
        {
            logs.Log.Open(null);
            return logs.Log.Read(_ => { }).Problem;
        });
        File.SetUnixFileMode(logs.Folder, (UnixFileMode)0b111_101_101);
        Assert.That(problem, Does.Contain($"Permission denied: {logs.Folder} "));
    }

    // Grafana goes on writing it, and without root the test is Grafana.
    private void Forbid() => File.SetUnixFileMode(logs.Path, UnixFileMode.UserWrite);

    private void Allow() => File.SetUnixFileMode(logs.Path, (UnixFileMode)0b110_100_100);
}
