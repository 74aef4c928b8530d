using System.Diagnostics;
using System.Text.Json;
using Athena.Common.State;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.State;

internal sealed class FileStateTests
{
    /// <summary>Those of a snapshot.</summary>
    private static readonly SaveStep[] Steps = [.. Enum.GetValues<SaveStep>().Where(step => step < SaveStep.CopyWritten)];

    private TemporaryDirectory directory = null!;

    private string Current => directory[FileState<HourProcessor>.FileName];

    private string Previous => directory[FileState<HourProcessor>.PreviousName];

    private string Temporary => directory[FileState<HourProcessor>.TemporaryName];

    [SetUp]
    public void MakeDirectory() => directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => directory.Dispose();

    [Test]
    public void What_was_saved_is_loaded()
    {
        var hourProcessor = new HourProcessor(7, ["naledi", "x\nuserId=1", "é☃😀\"\\"]);
        Save(hourProcessor);

        Assert.That(Loaded().Accounts, Is.EqualTo(hourProcessor.Accounts));
    }

    [Test]
    public void An_empty_directory_is_absent() => Assert.That(Open().Load(), Is.TypeOf<StateLoad<HourProcessor>.Absent>());

    [Test]
    public void Files_are_for_their_owner_only()
    {
        File.WriteAllText(Temporary, "left over, readable by all");
        File.SetUnixFileMode(Temporary, (UnixFileMode)0b110_110_110);
        Save(new HourProcessor(1, []));
        Save(new HourProcessor(2, []));

        foreach (var file in Directory.EnumerateFiles(directory.Path))
            Assert.That(File.GetUnixFileMode(file), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite), file);
    }

    [Test]
    public void The_file_is_JSON_that_other_programs_read()
    {
        Save(new HourProcessor(7, ["naledi"]));

        using var json = JsonDocument.Parse(File.ReadAllBytes(Current));
        Assert.That(json.RootElement.GetProperty("format").GetInt32(), Is.EqualTo(1));
        Assert.That(json.RootElement.GetProperty("state").GetProperty("Accounts")[0].GetString(), Is.EqualTo("naledi"));
    }

    [TestCaseSource(nameof(Steps))]
    public void A_crash_at_any_step_of_a_save_loses_at_most_that_save(SaveStep crash)
    {
        Save(new HourProcessor(1, []));
        Save(new HourProcessor(2, []));
        Crash(new HourProcessor(3, []), crash);

        Assert.That(Loaded().Version, Is.EqualTo(crash >= SaveStep.Renamed ? 3 : 2));

        Save(new HourProcessor(4, []));
        Assert.That(Loaded().Version, Is.EqualTo(4), "and the next save works as ever");
        Assert.That(File.Exists(Temporary), Is.False);
    }

    [TestCaseSource(nameof(Steps))]
    public void After_a_crash_the_newest_copy_may_even_be_damaged(SaveStep crash)
    {
        Save(new HourProcessor(1, []));
        Save(new HourProcessor(2, []));
        Crash(new HourProcessor(3, []), crash);
        File.WriteAllBytes(Current, File.ReadAllBytes(Current)[..^10]);

        // The link to the same content is damaged, too, where it was made already: only a whole unfinished copy is left then.
        var load = Open().Load();
        var expected = crash switch
        {
            SaveStep.TemporarySynced or SaveStep.TemporaryWritten or SaveStep.PreviousRemoved => 3,
            SaveStep.PreviousKept or SaveStep.ChangesKept => 3,
            SaveStep.Renamed or SaveStep.DirectorySynced => 2,
            _ => 1,
        };
        Assert.That(load, Is.TypeOf<StateLoad<HourProcessor>.LoadedPrevious>());
        Assert.That(((StateLoad<HourProcessor>.LoadedPrevious)load).Value.Version, Is.EqualTo(expected));
        Assert.That(((StateLoad<HourProcessor>.LoadedPrevious)load).Why, Does.Contain(Current).And.Contain("was taken"));
    }

    [TestCaseSource(nameof(Steps))]
    public void A_crash_in_the_very_first_save_is_never_taken_for_a_fresh_start(SaveStep crash)
    {
        Crash(new HourProcessor(1, []), crash);
        if (crash is SaveStep.PreviousRemoved or SaveStep.PreviousKept or SaveStep.ChangesKept)
            return; // There is no such step when nothing was there before: the save came to its end.

        var load = Open().Load();
        Assert.That(load, crash switch
        {
            SaveStep.TemporaryCreated or SaveStep.TemporaryHalfWritten => Is.TypeOf<StateLoad<HourProcessor>.Unreadable>(),
            SaveStep.TemporaryWritten or SaveStep.TemporarySynced => Is.TypeOf<StateLoad<HourProcessor>.LoadedPrevious>(),
            _ => Is.TypeOf<StateLoad<HourProcessor>.Loaded>(),
        });
    }

    [Test]
    public void Every_damage_of_the_newest_copy_is_found_and_the_copy_before_is_taken()
    {
        Save(new HourProcessor(1, ["a"]));
        Save(new HourProcessor(2, ["b"]));
        var whole = File.ReadAllBytes(Current);

        // One bit of each byte, and each length. A changed byte outside of state and hash may leave the state whole: then it is loaded.
        for (var i = 0; i < whole.Length; i++)
        {
            var damaged = whole.ToArray();
            damaged[i] ^= 0x04;
            File.WriteAllBytes(Current, damaged);
            var load = Open().Load();
            Assert.That(
                Version(load),
                Is.EqualTo(load is StateLoad<HourProcessor>.Loaded ? 2 : load is StateLoad<HourProcessor>.Unreadable ? 0 : 1),
                $"byte {i}");

            File.WriteAllBytes(Current, whole[..i]);
            Assert.That(Version(Open().Load()), Is.EqualTo(i >= whole.Length - 1 ? 2 : 1), $"length {i}");
        }
    }

    [Test]
    public void Both_copies_damaged_is_unreadable_with_what_to_do()
    {
        Save(new HourProcessor(1, []));
        Save(new HourProcessor(2, []));
        File.WriteAllText(Current, "");
        File.WriteAllText(Previous, "{\"format\":1}");

        var load = (StateLoad<HourProcessor>.Unreadable)Open().Load();
        Assert.That(load.Why, Does.Contain("state.json: it is empty").And.Contain("state.previous.json: it is not a state file")
            .And.Contain("from a backup"));
    }

    [Test]
    public void A_missing_newest_copy_is_not_absent()
    {
        Save(new HourProcessor(1, []));
        Save(new HourProcessor(2, []));
        File.Delete(Current);

        Assert.That(Version(Open().Load()), Is.EqualTo(1));
    }

    [Test]
    public void A_newer_format_is_never_replaced_by_an_older_copy()
    {
        Save(new HourProcessor(1, []));
        Assert.That(Open(format: 2).TryCompact(new HourProcessor(2, []), out _));

        var load = (StateLoad<HourProcessor>.Unreadable)Open(format: 1).Load();
        Assert.That(load.Why, Does.Contain("it has format 2, this version knows formats up to 1").And.Contain("Install the newer version"));
        Assert.That(Version(Open(format: 2).Load()), Is.EqualTo(2));
    }

    [Test]
    public void A_save_that_cannot_be_is_said_and_harms_nothing()
    {
        Save(new HourProcessor(1, []));
        Directory.CreateDirectory(Path.Combine(Temporary, "in-the-way"));

        Assert.That(Open().TryCompact(new HourProcessor(2, []), out var problem), Is.False);
        Assert.That(problem, Does.Contain(Current).And.Contain("kept in memory"));
        Assert.That(Loaded().Version, Is.EqualTo(1));
    }

    [Test]
    public void A_full_disk_is_said_and_harms_nothing_and_is_over_when_there_is_room()
    {
        using var disk = TinyDisk.Mount();
        var state = new FileState<HourProcessor>(disk.Path, LedgerJson.Default.HourProcessor);
        Assert.That(state.TryCompact(new HourProcessor(1, []), out _));
        disk.Fill();

        Assert.That(state.TryCompact(new HourProcessor(2, [new string('x', 9000)]), out var problem), Is.False);
        Assert.That(problem, Does.Contain("No space left"));
        Assert.That(Version(state.Load()), Is.EqualTo(1));

        disk.MakeRoom();
        Assert.That(state.TryCompact(new HourProcessor(2, [new string('x', 9000)]), out _));
        Assert.That(Version(state.Load()), Is.EqualTo(2));
    }

    [Test]
    public void A_disk_that_became_read_only_is_said_and_harms_nothing()
    {
        using var disk = TinyDisk.Mount();
        var state = new FileState<HourProcessor>(disk.Path, LedgerJson.Default.HourProcessor);
        Assert.That(state.TryCompact(new HourProcessor(1, []), out _));
        disk.MakeReadOnly();

        Assert.That(state.TryCompact(new HourProcessor(2, []), out var problem), Is.False);
        Assert.That(problem, Does.Contain("Read-only"));
        Assert.That(Version(state.Load()), Is.EqualTo(1));
        disk.MakeWritable();
        Assert.That(state.TryCompact(new HourProcessor(2, []), out _));
    }

    [Test]
    public void Three_thousand_accounts_are_saved_quickly()
    {
        var hourProcessor = new HourProcessor(1, [.. Enumerable.Range(0, 3000).Select(i => $"account {i} {new string('x', 80)}")]);
        var state = Open();
        Assert.That(state.TryCompact(hourProcessor, out _));
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < 20; i++)
            Assert.That(state.TryCompact(hourProcessor, out _));

        // Printed, not asserted: it depends on the disk.
        TestContext.Out.WriteLine(
            $"{Stopwatch.GetElapsedTime(start).TotalMilliseconds / 20:0.0} ms for {new FileInfo(Current).Length} bytes");
        Assert.That(Loaded().Accounts, Is.EqualTo(hourProcessor.Accounts));
    }

    private FileState<HourProcessor> Open(int format = 1) => new(directory.Path, LedgerJson.Default.HourProcessor, format);

    private void Save(HourProcessor hourProcessor)
    {
        Assert.That(Open().TryCompact(hourProcessor, out var problem), problem);
    }

    private HourProcessor Loaded() => ((StateLoad<HourProcessor>.Loaded)Open().Load()).Value;

    private static int Version(StateLoad<HourProcessor> load) => load switch
    {
        StateLoad<HourProcessor>.Loaded loaded => loaded.Value.Version,
        StateLoad<HourProcessor>.LoadedPrevious previous => previous.Value.Version,
        _ => 0,
    };

    private void Crash(HourProcessor hourProcessor, SaveStep at)
    {
        var state = Open();
        state.AfterStep = step =>
        {
            if (step == at)
                throw new SimulatedCrashException();
        };
        try
        {
            state.TryCompact(hourProcessor, out _);
        }
        catch (SimulatedCrashException)
        {
            // The process is gone.
        }
    }

    private sealed class SimulatedCrashException : Exception;
}
