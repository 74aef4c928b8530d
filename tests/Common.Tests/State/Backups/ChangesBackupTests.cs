using System.Text.Json;
using Athena.Common.Settings;
using Athena.Common.State;
using Athena.Common.State.Backups;

namespace Athena.Common.Tests.State.Backups;

/// <summary>
/// A memory of which the newest part lies beside the snapshot, in its log of changes: a backup holds both, and what is restored is the
/// same.
/// </summary>
internal sealed class ChangesBackupTests : BackupScenario
{
    private Shelf shelf = null!;
    private FileState<Shelf> store = null!;

    [SetUp]
    public void Fill()
    {
        shelf = new Shelf { Owner = "Athena", Books = [.. Enumerable.Range(0, 30).Select(i => new Book { Title = $"book {i}" })] };
        store = new FileState<Shelf>(State, Shelf.Form());
        Assert.That(store.TryCompact(shelf, out var problem), Is.True, problem);
        Adopting = memory => memory.Adopt(new FileState<Shelf>(memory.Directory, Shelf.Form()), _ => { });
    }

    [Test]
    public async Task The_changes_are_in_the_backup_and_what_is_restored_is_what_was()
    {
        for (var i = 0; i < 5; i++) Read(i);
        var expected = Text(shelf);
        await BackUpAsync();
        Assert.That(Entries(File).Select(entry => entry.Name), Does.Contain("grafana-test/state/state.log"));

        Read(20);
        Assert.That(await InvokeAsync("restore", File, "--replace"), Is.EqualTo(ExitCode.Ok), Error.ToString());
        Assert.That(Text(Loaded(State)), Is.EqualTo(expected));
        Assert.That(Error.ToString(), Does.Not.Contain("damaged").And.Not.Contain("lost"));
    }

    [Test]
    public async Task Into_nothing_as_well_and_it_goes_on_from_there()
    {
        Read(1);
        var expected = Text(shelf);
        await BackUpAsync();
        Directory.Delete(State, recursive: true);
        Assert.That(await InvokeAsync("restore", File), Is.EqualTo(ExitCode.Ok), Error.ToString());
        Assert.That(Text(Loaded(State)), Is.EqualTo(expected));

        store = new FileState<Shelf>(State, Shelf.Form());
        shelf = ((StateLoad<Shelf>.Loaded)store.Load()).Value;
        Read(2);
        Assert.That(Text(Loaded(State)), Is.EqualTo(Text(shelf)));
    }

    /// <summary>
    /// A crash between two steps of a save leaves the changes under their other name, or a snapshot that is not in its place yet.
    /// </summary>
    [Test]
    public async Task Whatever_a_crash_in_a_save_left_is_restored_as_it_would_have_been_loaded([Values] SaveStep step)
    {
        for (var i = 0; i < 5; i++) Read(i);
        var known = Text(shelf);
        shelf.Books[6].Read++;
        store.AfterStep = at =>
        {
            if (at == step) throw new IOException("as a crash would");
        };
        _ = step < SaveStep.ChangeBegun ? store.TryCompact(shelf, out _) : store.TryAppend(shelf, out _);
        var expected = Text(Loaded(State));
        Assert.That(expected, Is.EqualTo(known).Or.EqualTo(Text(shelf)));

        await BackUpAsync();
        Directory.Delete(State, recursive: true);
        Assert.That(await InvokeAsync("restore", File), Is.EqualTo(ExitCode.Ok), Error.ToString());
        Assert.That(Text(Loaded(State)), Is.EqualTo(expected));
    }

    /// <summary>
    /// Between any two files that are read the daemon may append a change or write a new snapshot, which makes the changes of before void.
    /// </summary>
    [Test]
    public async Task Of_a_daemon_that_never_rests_the_copy_is_what_was_confirmed_at_some_moment_of_it()
    {
        var seed = int.TryParse(System.Environment.GetEnvironmentVariable("SIMULATION_SEED"), out var given) ? given : Random.Shared.Next();
        TestContext.Out.WriteLine($"SIMULATION_SEED={seed}");
        var random = new Random(seed);
        for (var copies = 0; copies < 25; copies++)
        {
            HashSet<string> confirmed = [Text(shelf)];
            var before = "";
            var snapshot = await Time.PassPausesAsync(BackupSnapshot.TakeAsync(State, Parts, Time, CancellationToken.None, path =>
            {
                // A look at all begins here.
                if (path is BackupContents.StateName && before is not BackupContents.PreviousChangesName) confirmed = [Text(shelf)];
                before = path;
                if (random.Next(3) == 0)
                {
                    shelf.Books[random.Next(shelf.Books.Count)].Read++;
                    Assert.That(random.Next(3) == 0 ? store.TryCompact(shelf, out _) : store.TryAppend(shelf, out _), Is.True);
                }

                confirmed.Add(Text(shelf));
                Time.Advance(TimeSpan.FromMilliseconds(200));
            }));
            var copy = Folder[$"copy{copies}"];
            Directory.CreateDirectory(copy);
            foreach (var (file, content) in snapshot.Files.Where(part => !part.File.Path.Contains('/', StringComparison.Ordinal)))
                await System.IO.File.WriteAllBytesAsync(Path.Combine(copy, file.Path), content);
            Assert.That(confirmed.Contains(Text(Loaded(copy))), Is.True,
                $"copy {copies} is older than what was confirmed when it was begun, or was never so");
        }
    }

    private void Read(int book)
    {
        shelf.Books[book].Read++;
        Assert.That(store.TryAppend(shelf, out var problem), Is.True, problem);
    }

    private static Shelf Loaded(string directory) => ((StateLoad<Shelf>.Loaded)new FileState<Shelf>(directory, Shelf.Form()).Load()).Value;

    private static string Text(Shelf shelf) => JsonSerializer.Serialize(shelf, ShelfJson.Default.Shelf);
}
