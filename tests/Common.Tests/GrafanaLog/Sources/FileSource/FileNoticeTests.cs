using Athena.Common.GrafanaLog.Sources.FileSource;
using static Athena.Common.Tests.GrafanaLog.LogDirectory;

namespace Athena.Common.Tests.GrafanaLog.Sources.FileSource;

/// <summary>Waiting for a log: what the kernel tells, and that nothing is relied upon that does not come.</summary>
public sealed class FileNoticeTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(1);

    private LogDirectory logs = null!;

    [SetUp]
    public void MakeDirectory() => logs = new LogDirectory();

    [TearDown]
    public void RemoveDirectory() => logs.Dispose();

    [Test]
    public void Tells_once_of_each_thing_that_happens_to_a_log()
    {
        using var notice = new FileNotice(new NativePath(logs.Folder));
        Assert.That(notice.Wait(Short), Is.False, "nothing has happened");
        foreach (Action happening in (Action[])
        [
            () => logs.Append(Line("made")), () => logs.Append(Line("grown")), () => logs.Rotate(),
            () => logs.Append(Line("made anew")),
            () => File.SetUnixFileMode(logs.Path, UnixFileMode.UserRead), () => File.Delete(logs.Path),
        ])
        {
            happening();
            Assert.That(notice.Wait(Long), Is.True);
            Assert.That(notice.Wait(Short), Is.False, "it was told");
        }
    }

    [Test]
    public void Tells_of_a_directory_that_was_made_later()
    {
        string folder = Path.Combine(logs.Folder, "grafana");
        using var notice = new FileNotice(new NativePath(folder));
        bool beforeThat = notice.Wait(Short);
        Directory.CreateDirectory(folder);
        bool whenMade = notice.Wait(Short);
        File.WriteAllText(Path.Combine(folder, "grafana.log"), Line("first"));
        bool whenWritten = notice.Wait(Long);
        Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        notice.Wait(Short);
        File.WriteAllText(Path.Combine(folder, "grafana.log"), Line("again"));

        Assert.That((bool[])[beforeThat, whenMade, whenWritten, notice.Wait(Long)], Is.EqualTo((bool[])[false, false, true, true]));
    }

    [Test]
    public void A_line_that_is_waited_for_is_read()
    {
        logs.Append("");
        logs.Log.Open(null);
        logs.Look();
        logs.Log.Wait(Short);
        logs.Append(Line("one"));
        logs.Log.Wait(Long);
        Assert.That(logs.Look(), Is.EqualTo((string[])["one"]));
        Assert.That(logs.Log.IsToldOfChanges, Is.True);
    }

    [Test]
    public void Notices_are_not_relied_upon_where_they_do_not_come()
    {
        // The log is a link into another directory, of which nothing is told.
        string target = Path.Combine(Directory.CreateDirectory(Path.Combine(logs.Folder, "elsewhere")).FullName, "grafana.log");
        File.WriteAllText(target, "");
        File.CreateSymbolicLink(logs.Path, target);
        logs.Log.Open(null);
        logs.Look();
        while (logs.Log.IsToldOfChanges)
        {
            // The link itself was told of.
            logs.Log.Wait(Short);
            File.AppendAllText(target, Line("not told"));
            logs.Look();
        }
        for (int i = 0; i < 3; i++)
        {
            logs.Log.Wait(Short);
            File.AppendAllText(target, Line($"line{i}"));
            Assert.That(logs.Look(), Is.EqualTo((string[])[$"line{i}"]));
            Assert.That(logs.Log.IsToldOfChanges, Is.False);
        }
    }
}
