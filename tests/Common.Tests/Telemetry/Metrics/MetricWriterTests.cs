using Athena.Common.Telemetry.Metrics;
using Athena.Tests.Shared;
using Microsoft.Extensions.Logging;

namespace Athena.Common.Tests.Telemetry.Metrics;

/// <summary>The file of the metrics, and that nothing about it harms the daemon.</summary>
internal sealed class MetricWriterTests
{
    private const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Folder = Everybody | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly List<string> said = [];
    private readonly ManualTime time = new();

    [SetUp]
    public void ForgetWhatWasSaid() => said.Clear();

    [Test]
    public void The_file_is_there_for_everybody_and_the_folder_opens_with_it()
    {
        using var directory = new TemporaryDirectory();
        File.SetUnixFileMode(directory.Path, Folder & (UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        using var writer = Writer(directory.Path);

        writer.Write();

        var file = new FileInfo(directory[MetricFile.FileName]);
        Assert.Multiple(() =>
        {
            Assert.That(File.ReadAllText(file.FullName), Does.Contain("athena_daemon_well{tenant_id=\"default\",daemon=\"d\"} 1\n"));
            Assert.That(file.UnixFileMode, Is.EqualTo(Everybody));
            Assert.That(new DirectoryInfo(directory.Path).UnixFileMode, Is.EqualTo(Folder));
            Assert.That(Directory.GetFiles(directory.Path), Is.EqualTo(new[] { file.FullName }), "nothing half written stays");
            Assert.That(said, Is.Empty);
        });
    }

    [Test]
    public void A_folder_that_somebody_gave_another_mode_keeps_it()
    {
        using var directory = new TemporaryDirectory();
        var chosen = Folder & ~(UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        File.SetUnixFileMode(directory.Path, chosen);
        using var writer = Writer(directory.Path);

        writer.Write();

        Assert.That(new DirectoryInfo(directory.Path).UnixFileMode, Is.EqualTo(chosen));
    }

    [Test]
    public void What_lies_in_the_place_of_the_new_file_is_not_written_through()
    {
        using var directory = new TemporaryDirectory();
        using var elsewhere = new TemporaryDirectory();
        File.WriteAllText(elsewhere["precious"], "untouched");
        File.CreateSymbolicLink(directory[MetricFile.FileName], elsewhere["precious"]);
        File.CreateSymbolicLink(directory[MetricFile.FileName + ".tmp"], elsewhere["precious"]);
        using var writer = Writer(directory.Path);

        writer.Write();

        Assert.That(File.ReadAllText(elsewhere["precious"]), Is.EqualTo("untouched"));
        Assert.That(new FileInfo(directory[MetricFile.FileName]).LinkTarget, Is.Null);
    }

    [Test]
    public void A_missing_folder_is_one_warning_and_one_word_when_it_is_there_again()
    {
        using var directory = new TemporaryDirectory();
        using var writer = Writer(directory["gone"]);

        for (var round = 0; round < 3; round++) writer.Write();
        Directory.CreateDirectory(directory["gone"]);
        for (var round = 0; round < 3; round++) writer.Write();

        Assert.That(said, Has.Count.EqualTo(2));
        Assert.That(said[0], Does.StartWith("Warning: The metrics cannot be written to").And.Contain("Everything else goes on"));
        Assert.That(said[1], Does.StartWith("Information: The metrics are written"));
    }

    [Test]
    public void A_full_disk_leaves_the_file_of_before_and_ends_nothing()
    {
        using var directory = new TemporaryDirectory();
        var isFull = false;
        using var writer = Writer(directory.Path, () =>
        {
            if (isFull) throw new IOException("No space left on device");
        });
        writer.Write();
        var before = File.ReadAllText(directory[MetricFile.FileName]);
        isFull = true;

        for (var round = 0; round < 3; round++) writer.Write();

        Assert.That(File.ReadAllText(directory[MetricFile.FileName]), Is.EqualTo(before));
        Assert.That(said, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_fault_in_what_is_gathered_ends_neither_the_writer_nor_the_daemon()
    {
        using var directory = new TemporaryDirectory();
        var isFaulty = true;
        using var writer = Writer(directory.Path, () =>
        {
            if (isFaulty) throw new InvalidOperationException("a bug");
        });
        var waits = time.TimerSet(MetricWriter.Interval);
        await writer.StartAsync(CancellationToken.None);
        await waits;
        isFaulty = false;

        writer.Write();
        Assert.That(File.Exists(directory[MetricFile.FileName]), "the next round is well");
        await writer.StopAsync(CancellationToken.None);

        Assert.That(writer.ExecuteTask!.IsFaulted, Is.False);
        Assert.That(File.Exists(directory[MetricFile.FileName]), Is.False, "what nobody writes any more is not to be believed");
    }

    private MetricWriter Writer(string folder, Action? gather = null) => new(
        new MetricBook("d"),
        book =>
        {
            book.Set(MetricTable.Well, 1);
            gather?.Invoke();
        },
        new MetricFile(folder),
        time,
        new Heard(said));

    private sealed class Heard(List<string> said) : ILogger<MetricWriter>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            said.Add($"{logLevel}: {formatter(state, exception)}");
    }
}
