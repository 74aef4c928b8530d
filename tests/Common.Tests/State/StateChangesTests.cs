using System.Text;
using System.Text.Json;
using Athena.Common.State;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.State;

internal sealed class StateChangesTests
{
    private TemporaryDirectory directory = null!;

    private string Current => directory[FileState<Shelf>.FileName];

    private string Changes => directory[FileState<Shelf>.ChangesName];

    [SetUp]
    public void MakeDirectory() => directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => directory.Dispose();

    [Test]
    public void What_was_appended_is_loaded_and_what_did_not_change_is_not_written_again()
    {
        var shelf = New(1000);
        var store = Open();
        Compact(store, shelf);
        var snapshot = File.ReadAllBytes(Current);
        shelf.Books[500].Read = 7;
        shelf.Visits.Add(3);
        Append(store, shelf);
        Append(store, shelf);

        Assert.That(Loaded(), Is.EqualTo(Text(shelf)));
        Assert.That(File.ReadAllBytes(Current), Is.EqualTo(snapshot));
        Assert.That(new FileInfo(Changes).Length, Is.LessThan(400), "a line for the change and none for the second time");
        Assert.That(File.GetUnixFileMode(Changes), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public void Each_line_is_JSON_that_other_programs_read()
    {
        var shelf = New(2);
        var store = Open();
        Compact(store, shelf);
        shelf.Books[1].Title = "é \" \n ☃";
        Append(store, shelf);

        var lines = File.ReadAllLines(Changes).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.That(lines[0].GetProperty("changesOf").GetString(), Is.EqualTo(
            JsonDocument.Parse(File.ReadAllBytes(Current)).RootElement.GetProperty("name").GetString()));
        Assert.That(lines[1].GetProperty("change").GetProperty("Books")[0].GetProperty("Title").GetString(), Is.EqualTo("é \" \n ☃"));
    }

    [TestCase(11)]
    [TestCase(12)]
    [TestCase(13)]
    public void Any_history_of_changes_and_new_snapshots_and_restarts_is_loaded_as_it_was_last_confirmed(int seed)
    {
        var random = new Random(seed);
        var shelf = New(20);
        var store = Open();
        Compact(store, shelf);
        for (var step = 0; step < 400; step++)
        {
            Change(shelf, random);
            if (random.Next(15) == 0) Compact(store, shelf);
            else Append(store, shelf);
            if (random.Next(10) != 0) continue;
            store = Open();
            var loaded = ((StateLoad<Shelf>.Loaded)store.Load()).Value;
            Assert.That(Text(loaded), Is.EqualTo(Text(shelf)), $"seed {seed}, step {step}");
            shelf = loaded;
        }
    }

    [Test]
    public void Cut_off_at_any_byte_the_changes_give_what_was_confirmed_by_then()
    {
        var random = new Random(5);
        var shelf = New(3);
        var store = Open();
        Compact(store, shelf);
        var confirmed = new List<(long Length, string Text)> { (0, Text(shelf)) };
        for (var step = 0; step < 12; step++)
        {
            Change(shelf, random);
            Append(store, shelf);
            confirmed.Add((new FileInfo(Changes).Length, Text(shelf)));
        }

        var whole = File.ReadAllBytes(Changes);
        for (var length = whole.Length; length >= 0; length--)
        {
            File.WriteAllBytes(Changes, whole[..length]);
            var next = Open();
            var loaded = next.Load();
            Assert.That(loaded, Is.TypeOf<StateLoad<Shelf>.Loaded>(), $"cut at {length}");
            var value = ((StateLoad<Shelf>.Loaded)loaded).Value;
            Assert.That(Text(value), Is.EqualTo(confirmed.Last(one => one.Length <= length).Text), $"cut at {length}");
            if (length % 7 != 0) continue;
            value.Note = $"cut at {length}";
            Append(next, value);
            Assert.That(Loaded(), Is.EqualTo(Text(value)), $"going on after a cut at {length}");
        }
    }

    [Test]
    public void Cut_off_at_any_byte_the_snapshot_is_taken_from_its_second_copy_and_without_that_the_one_before_with_all_its_changes(
        [Values] bool isOnceOnly)
    {
        var shelf = New(3);
        var store = Open();
        Compact(store, shelf);
        shelf.Books[0].Read = 1;
        Append(store, shelf);
        var before = Text(shelf);
        shelf.Note = "newer";
        store.AfterStep = step =>
        {
            if (isOnceOnly && step == SaveStep.CopyWritten) throw new IOException("No space left on device");
        };
        Compact(store, shelf);

        var whole = File.ReadAllBytes(Current);
        for (var length = 0; length < whole.Length - 1; length++)
        {
            File.WriteAllBytes(Current, whole[..length]);
            var load = Open().Load();
            Assert.That(load, Is.TypeOf<StateLoad<Shelf>.LoadedPrevious>(), $"cut at {length}");
            Assert.That(
                Text(((StateLoad<Shelf>.LoadedPrevious)load).Value), Is.EqualTo(isOnceOnly ? before : Text(shelf)), $"cut at {length}");
        }
    }

    [Test]
    public void Every_damage_of_the_changes_is_found([Values(0x04, 0x80)] int bit)
    {
        var shelf = New(3);
        var store = Open();
        Compact(store, shelf);
        foreach (var note in new[] { "a", "b", "c" })
        {
            shelf.Note = note;
            Append(store, shelf);
        }

        var whole = File.ReadAllBytes(Changes);
        var last = Array.LastIndexOf(whole, (byte)'\n', whole.Length - 2) + 1;
        for (var at = 0; at < whole.Length; at++)
        {
            var damaged = whole.ToArray();
            damaged[at] ^= (byte)bit;
            File.WriteAllBytes(Changes, damaged);
            var load = Open().Load();

            // The newest line may have been cut off by a crash, and so counts for nothing. Of the others something is known to be lost.
            if (load is StateLoad<Shelf>.Loaded loaded)
                Assert.That(
                    (at >= last || at == 0 || damaged[at] == '\n', loaded.Value.Note),
                    Is.EqualTo((true, "b")).Or.EqualTo((true, (string?)null)).Or.EqualTo((true, "a")),
                    $"byte {at}");
            else Assert.That(((StateLoad<Shelf>.LoadedPrevious)load).Why, Does.Contain("Changes of the state are lost"), $"byte {at}");
        }
    }

    [Test]
    public void Damage_amid_the_changes_loses_no_newer_one_and_is_gone_with_the_next_save()
    {
        var shelf = New(2);
        var store = Open();
        Compact(store, shelf);
        foreach (var (book, read) in new[] { (0, 1), (1, 1), (0, 2) })
        {
            shelf.Books[book].Read = read;
            Append(store, shelf);
        }

        var lines = File.ReadAllLines(Changes);
        File.WriteAllLines(Changes, [lines[0], lines[1], lines[2].Replace("Read", "Rear", StringComparison.Ordinal), lines[3]]);
        store = Open();
        var load = (StateLoad<Shelf>.LoadedPrevious)store.Load();
        Assert.That(load.Value.Books.Select(book => book.Read), Is.EqualTo(new[] { 2, 0 }));
        Append(store, load.Value);
        Assert.That(Open().Load(), Is.TypeOf<StateLoad<Shelf>.Loaded>());
    }

    [Test]
    public void A_crash_at_any_step_loses_at_most_what_was_not_confirmed([Values] SaveStep crash, [Values] bool isSnapshot)
    {
        var shelf = New(2);
        var store = Open();
        Compact(store, shelf);
        shelf.Books[0].Read = 1;
        Append(store, shelf);
        var before = Text(shelf);
        shelf.Books[1].Read = 2;
        shelf.Books.Add(new Book { Title = "new" });
        store.AfterStep = step =>
        {
            if (step == crash) throw new SimulatedCrashException();
        };
        try
        {
            _ = isSnapshot ? store.TryCompact(shelf, out _) : store.TryAppend(shelf, out _);
        }
        catch (SimulatedCrashException)
        {
            // The process is gone.
        }

        var next = Open();
        var found = ((StateLoad<Shelf>.Loaded)next.Load()).Value;
        Assert.That(Text(found), Is.AnyOf(before, Text(shelf)));
        found.Note = "goes on";
        Append(next, found);
        Assert.That(Loaded(), Is.EqualTo(Text(found)));
    }

    [Test]
    public void A_damaged_snapshot_loses_none_of_the_changes_since([Values] bool isCompacted)
    {
        var shelf = New(2);
        var store = Open();
        Compact(store, shelf);
        shelf.Books[0].Read = 1;
        Append(store, shelf);
        if (isCompacted) Compact(store, shelf);
        shelf.Books[1].Read = 2;
        Append(store, shelf);
        using (var damaged = File.OpenWrite(Current)) damaged.Write("rubbish"u8);

        var load = (StateLoad<Shelf>.LoadedPrevious)Open().Load();
        Assert.That(Text(load.Value), Is.EqualTo(Text(shelf)));
        Assert.That(load.Why, Does.Contain("state.previous.json").And.Not.Contain("lost"));
    }

    [Test]
    public void A_disk_without_room_for_two_snapshots_keeps_the_one_and_its_changes()
    {
        using var disk = TinyDisk.Mount();
        var shelf = New(2);
        var store = new FileState<Shelf>(disk.Path, Shelf.Form());
        shelf.Note = new string('x', 40_000);
        Compact(store, shelf);
        shelf.Note = "short";
        Append(store, shelf);
        Assert.That(Text(((StateLoad<Shelf>.Loaded)new FileState<Shelf>(disk.Path, Shelf.Form()).Load()).Value), Is.EqualTo(Text(shelf)));
        Assert.That(File.Exists(Path.Combine(disk.Path, FileState<Shelf>.TemporaryName)), Is.False);
    }

    [Test]
    public void A_full_disk_is_said_and_what_it_refused_is_written_when_there_is_room()
    {
        using var disk = TinyDisk.Mount();
        var shelf = New(2);
        var store = new FileState<Shelf>(disk.Path, Shelf.Form());
        Compact(store, shelf);
        shelf.Books[0].Read = 1;
        Append(store, shelf);
        disk.Fill();
        shelf.Books[1].Title = new string('x', 20_000);
        Assert.That(store.TryAppend(shelf, out var problem), Is.False);
        Assert.That(problem, Does.Contain("No space left").And.Contain("kept in memory"));
        disk.MakeRoom();
        shelf.Books[0].Read = 2;
        Append(store, shelf);
        Assert.That(Text(((StateLoad<Shelf>.Loaded)new FileState<Shelf>(disk.Path, Shelf.Form()).Load()).Value), Is.EqualTo(Text(shelf)));
    }

    [Test]
    public void What_an_older_version_wrote_is_loaded_and_written_whole_in_the_new_form()
    {
        File.WriteAllText(Current, """{"format":1,"sha256":"HASH","state":STATE}""".Replace("STATE", Old, StringComparison.Ordinal)
            .Replace("HASH", HashedStream.HashOf(new MemoryStream(Encoding.UTF8.GetBytes(Old))), StringComparison.Ordinal) + "\n");
        var store = Open();
        var shelf = ((StateLoad<Shelf>.Loaded)store.Load()).Value;
        Assert.That(shelf.Books.Select(book => (book.Title, book.Number)), Is.EqualTo(new[] { ("one", 1L), ("two", 2L) }));
        shelf.Books[1].Read = 4;
        Append(store, shelf);
        Assert.That(Loaded(), Is.EqualTo(Text(shelf)));
        Assert.That(JsonDocument.Parse(File.ReadAllBytes(Current)).RootElement.GetProperty("format").GetInt32(), Is.EqualTo(2));
    }

    [Test]
    public void A_snapshot_is_due_when_the_changes_are_long()
    {
        var shelf = New(2);
        var store = Open();
        Compact(store, shelf);
        for (var i = 0; i < 11; i++)
        {
            Assert.That(store.IsCompactionDue, Is.False);
            shelf.Note = new string((char)('a' + i), 100_000);
            Append(store, shelf);
        }

        Assert.That(store.IsCompactionDue, Is.True);
        Compact(store, shelf);
        Assert.That(store.IsCompactionDue, Is.False);
    }

    private const string Old = """{"Owner":"an older version","Books":[{"Title":"one","Read":0},{"Title":"two","Read":3}]}""";

    private static void Change(Shelf shelf, Random random)
    {
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            switch (random.Next(7))
            {
                case 0:
                    shelf.Books.Add(new Book { Title = $"{random.Next()} \" <é☃" });
                    break;
                case 1 when shelf.Books.Count > 0:
                    shelf.Books.RemoveAt(random.Next(shelf.Books.Count));
                    break;
                case 2:
                    shelf.Note = random.Next(3) == 0 ? null : $"note {random.Next()}";
                    break;
                case 3:
                    shelf.Visits.Add(random.Next());
                    break;
                case 4:
                    shelf.Owner = $"owner {random.Next()}";
                    break;
                default:
                    if (shelf.Books.Count > 0) shelf.Books[random.Next(shelf.Books.Count)].Read = random.Next();
                    break;
            }
        }
    }

    private static Shelf New(int books) =>
        new() { Owner = "o", Books = [.. Enumerable.Range(0, books).Select(i => new Book { Title = $"book {i}" })] };

    private static string Text(Shelf shelf) => JsonSerializer.Serialize(shelf, ShelfJson.Default.Shelf);

    private FileState<Shelf> Open() => new(directory.Path, Shelf.Form());

    private string Loaded() => Text(((StateLoad<Shelf>.Loaded)Open().Load()).Value);

    private static void Append(FileState<Shelf> store, Shelf shelf) => Assert.That(store.TryAppend(shelf, out var problem), problem);

    private static void Compact(FileState<Shelf> store, Shelf shelf) => Assert.That(store.TryCompact(shelf, out var problem), problem);

    private sealed class SimulatedCrashException : Exception;
}
