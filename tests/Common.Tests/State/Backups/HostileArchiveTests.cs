using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Athena.Common.Settings;
using Athena.Common.State.Backups;

namespace Athena.Common.Tests.State.Backups;

/// <summary>
/// An archive may hold anything, also with a manifest that fits it: nothing is written outside the state directory, and nothing in it
/// stays.
/// </summary>
internal sealed class HostileArchiveTests : BackupScenario
{
    private static readonly string[] Ways =
        [
            "../escaped",
            "../../escaped",
            "/escaped",
            "state.json/../../escaped",
            "outbox/../../escaped",
            "outbox/../state.json",
            "outbox/.hidden.json",
            "outbox/a/b.json",
            "evil.sh",
            "grafana-session.json", "lock", "before-restore-x/state.json", "outbox/a.json\0/../../b", "outbox", "", ".", "..", "outbox/..",
            "OUTBOX/a.json", "outbox\\..\\a.json"];

    [TestCaseSource(nameof(Ways))]
    public async Task A_name_that_the_daemon_does_not_write_is_refused(string path)
    {
        await AssertNothingIsTouchedAsync(Archive([(path, Encoding.UTF8.GetBytes("evil"))]));
    }

    private static IEnumerable<TarEntry> Kinds()
    {
        yield return new UstarTarEntry(TarEntryType.SymbolicLink, "grafana-test/state/outbox") { LinkName = ".." };
        yield return new UstarTarEntry(TarEntryType.SymbolicLink, "grafana-test/state/state.json") { LinkName = "/etc/passwd" };
        yield return new UstarTarEntry(TarEntryType.HardLink, "grafana-test/state/state.json") { LinkName = "/etc/passwd" };
        yield return new UstarTarEntry(TarEntryType.Fifo, "grafana-test/state/state.json");
        yield return new UstarTarEntry(TarEntryType.CharacterDevice, "grafana-test/state/state.json") { DeviceMajor = 1, DeviceMinor = 8 };
        yield return new UstarTarEntry(TarEntryType.BlockDevice, "grafana-test/state/state.json") { DeviceMajor = 8, DeviceMinor = 0 };
        yield return new UstarTarEntry(TarEntryType.Directory, "grafana-test/state/outbox");
        yield return new PaxTarEntry(TarEntryType.SymbolicLink, "grafana-test/state/" + new string('a', 300))
        {
            LinkName = "../" + new string('b', 300),
        };
    }

    [TestCaseSource(nameof(Kinds))]
    public async Task Anything_but_a_plain_file_is_refused(TarEntry entry) =>
        await AssertNothingIsTouchedAsync(Write(tar => { Manifest(tar, [("state.json", [])]); tar.WriteEntry(entry); }));

    [Test]
    public async Task A_file_that_the_manifest_does_not_name_is_refused() => await AssertNothingIsTouchedAsync(Write(tar =>
    {
        Manifest(tar, []);
        Add(tar, "grafana-test/state/state.json", []);
    }));

    [Test]
    public async Task A_file_that_comes_twice_is_refused() => await AssertNothingIsTouchedAsync(Write(tar =>
    {
        Manifest(tar, [("state.json", [])]);
        Add(tar, "grafana-test/state/state.json", []);
        Add(tar, "grafana-test/state/state.json", []);
    }));

    [Test]
    public async Task A_name_that_comes_by_an_extended_header_is_looked_at_like_any_other() => await AssertNothingIsTouchedAsync(Write(
        tar =>
        {
            Manifest(tar, [("state.json", [])]);
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "grafana-test/state/state.json", new Dictionary<string, string>
            {
                ["path"] = "grafana-test/state/../../../escaped",
            })
            { DataStream = new MemoryStream() });
        }));

    [Test]
    public async Task More_than_the_manifest_says_is_not_written()
    {
        // A gigabyte of zeros is a megabyte when packed.
        var bomb = Write(tar =>
        {
            Manifest(tar, [("state.json", [1])]);
            tar.WriteEntry(
                new UstarTarEntry(TarEntryType.RegularFile, "grafana-test/state/state.json") { DataStream = new Zeros(1L << 30) });
        });
        await AssertNothingIsTouchedAsync(bomb);
    }

    [Test]
    public async Task A_manifest_that_says_too_much_is_not_believed()
    {
        await AssertNothingIsTouchedAsync(Write(tar =>
            Declare(tar, [new BackupFile("state.json", BackupReader.MostBytes + 1, new string('0', 64))])));
        await AssertNothingIsTouchedAsync(Write(tar =>
            Declare(tar, [new BackupFile("state.json", long.MaxValue, "x"), new BackupFile("totals.jsonl", long.MaxValue, "x")])));
        await AssertNothingIsTouchedAsync(Write(tar => Declare(tar, [new BackupFile("state.json", -1, "x")])));
    }

    [Test]
    public async Task Something_behind_the_end_is_refused()
    {
        await BackUpAsync();
        var whole = await System.IO.File.ReadAllBytesAsync(File);
        await AssertNothingIsTouchedAsync([.. whole, .. Packed(Encoding.ASCII.GetBytes("more"))]);
        await AssertNothingIsTouchedAsync([.. whole, .. Packed(new byte[64 << 20])]);
    }

    [TestCase("")]
    [TestCase("no archive at all")]
    public async Task What_is_no_archive_is_refused(string content)
    {
        await AssertNothingIsTouchedAsync(Encoding.UTF8.GetBytes(content));
        await AssertNothingIsTouchedAsync(Packed(Encoding.UTF8.GetBytes(content)));
    }

    [Test]
    public async Task Random_bytes_with_a_sound_begin_are_refused()
    {
        await BackUpAsync();
        var whole = Unpacked(await System.IO.File.ReadAllBytesAsync(File));
        var random = new Random(7);
        for (var i = 0; i < 200; i++)
        {
            var damaged = (byte[])whole.Clone();
            for (var n = random.Next(1, 6); n > 0; n--) damaged[random.Next(512, damaged.Length)] = (byte)random.Next(256);
            System.IO.File.WriteAllBytes(File, Packed(damaged));
            var code = await InvokeAsync("restore", File, "--replace");
            // Padding between entries, or the time of one, may be anything; what counts was as it is.
            if (code == ExitCode.Ok) Assert.That(LoadState()!.Accounts, Is.EqualTo(new[] { "one", "two" }));
            else Assert.That(code, Is.EqualTo(ExitCode.Fault), Error.ToString());
            Assert.That(Error.ToString(), Does.Not.Contain("please report it"));
        }
    }

    [Test]
    public async Task A_link_in_the_place_of_the_work_is_not_followed()
    {
        await BackUpAsync();
        Directory.CreateDirectory(Folder["victim"]);
        System.IO.File.WriteAllText(Folder["victim/precious"], "precious");
        Directory.CreateSymbolicLink(Path.Combine(State, Restoration.NewFolder), Folder["victim"]);
        Assert.That(await InvokeAsync("restore", File, "--replace"), Is.EqualTo(ExitCode.Ok), Error.ToString());
        Assert.That(Directory.EnumerateFileSystemEntries(Folder["victim"]).Select(Path.GetFileName), Is.EqualTo(new[] { "precious" }));
    }

    private async Task AssertNothingIsTouchedAsync(byte[] archive)
    {
        await System.IO.File.WriteAllBytesAsync(File, archive);
        var before = Everything();
        Assert.That(await InvokeAsync("restore", File, "--replace"), Is.EqualTo(ExitCode.Fault), Output.ToString());
        Assert.That(Everything(), Is.EqualTo(before));
        Assert.That(Error.ToString(), Does.Not.Contain("please report it"));
    }

    private static byte[] Archive(IReadOnlyList<(string Path, byte[] Content)> files) => Write(tar =>
    {
        Manifest(tar, files);
        foreach (var (path, content) in files)
            if (path.Length > 0 && !path.Contains('\0', StringComparison.Ordinal)) Add(tar, $"grafana-test/state/{path}", content);
    });

    private static void Manifest(TarWriter tar, IReadOnlyList<(string Path, byte[] Content)> files) =>
        Declare(tar, [.. files.Select(file => BackupArchive.Describe(file.Path, file.Content))]);

    private static void Declare(TarWriter tar, IReadOnlyList<BackupFile> files)
    {
        var settings = BackupArchive.Describe(BackupManifest.SettingsName, []);
        Add(tar, "grafana-test/manifest.json", new BackupManifest(
            BackupManifest.OfBackups, 1, "grafana-test", "0.1.0", "host", DateTimeOffset.UnixEpoch, true, new Dictionary<string, string>(),
            [], settings, files).ToJson());
        Add(tar, "grafana-test/settings.env", []);
    }

    private static void Add(TarWriter tar, string name, byte[] content) =>
        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });

    private static byte[] Write(Action<TarWriter> write)
    {
        using var target = new MemoryStream();
        using (var packed = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(packed)) write(tar);
        return target.ToArray();
    }

    private static byte[] Packed(byte[] content)
    {
        using var target = new MemoryStream();
        using (var packed = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true)) packed.Write(content);
        return target.ToArray();
    }

    private static byte[] Unpacked(byte[] archive)
    {
        using var target = new MemoryStream();
        using (var unpacked = new GZipStream(new MemoryStream(archive), CompressionMode.Decompress)) unpacked.CopyTo(target);
        return target.ToArray();
    }

    /// <summary>So many zero bytes, none of them in memory.</summary>
    private sealed class Zeros(long length) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(count, length - Position);
            Array.Clear(buffer, offset, read);
            Position += read;
            return read;
        }

        public override long Seek(long offset, SeekOrigin origin) =>
            Position = origin == SeekOrigin.Begin ? offset : origin == SeekOrigin.Current ? Position + offset : length + offset;

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }
    }
}
