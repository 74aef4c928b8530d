using System.Security.Cryptography;
using System.Text;
using Athena.Common.Files;
using Athena.Common.State.Audit;

namespace Athena.Common.State.Backups;

/// <summary>
/// A copy of a daemon's memory that is sound although the daemon goes on writing, and that asks nothing of it: a guard must not be held up,
/// and one that hangs must not prevent a backup.
/// <para>
/// Everything is read twice. When both readings are equal, no file was changed between the end of the first and the begin of the second, so
/// the copy is that of one moment: what a crash then would have left behind, which every daemon goes on from. When the daemon is too busy
/// for that, the last reading is taken. Its files are each whole but of different moments, and so the order of reading counts: it is the
/// reverse of the order in which the daemons write. They put a mail into the outbox, then note it in the audit, and only then write the
/// state in which it is done; so first the state is read, then the audit, then the outbox. What the state calls done is thereby in the
/// audit and in the outbox as well: nothing that was decided is lost. What is in audit and outbox and not yet in the state is done again
/// after a restore, with the same key, which the outbox knows.
/// </para>
/// </summary>
internal sealed class BackupSnapshot : IDisposable
{
    /// <summary>
    /// A file of lines in a folder (of a day, to which lines are added and which is replaced whole) that is longer is not held in memory,
    /// but held open: whatever becomes of its name, as many bytes stay as they were.
    /// </summary>
    public const int MostHeld = 256 * 1024;

    /// <summary>How long a moment is waited for in which nothing is written.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly List<(BackupFile File, byte[] Content)> files = [];
    private readonly List<(BackupFile File, FileStream Content)> longFiles = [];

    private BackupSnapshot()
    {
    }

    public IReadOnlyList<(BackupFile File, byte[] Content)> Files => files;

    /// <summary>Those that are too long to be held. Each is as long as is said, from its beginning; it may have grown since.</summary>
    public IReadOnlyList<(BackupFile File, FileStream Content)> LongFiles => longFiles;

    /// <summary>All of them, for the manifest.</summary>
    public IEnumerable<BackupFile> All => files.Select(held => held.File).Concat(longFiles.Select(opened => opened.File));

    /// <inheritdoc cref="BackupManifest" path="/param[@name='IsOfOneMoment']"/>
    public bool IsOfOneMoment { get; private set; }

    /// <summary>When the last reading began: what is older is in it.</summary>
    public DateTimeOffset At { get; private init; }

    /// <summary>Sentences about what should be there and could not be taken along.</summary>
    public List<string> Remarks { get; } = [];

    public void Dispose()
    {
        foreach (var (_, content) in longFiles) content.Dispose();
    }

    public byte[]? Find(string path) => files.Find(f => f.File.Path == path).Content;

    /// <summary>Takes a copy. Changes nothing there.</summary>
    /// <param name="directory">The state directory.</param>
    /// <param name="parts">What there is.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Ends the wait for a moment's quiet.</param>
    /// <param name="betweenFiles">Called before each file is read; for tests, which write meanwhile.</param>
    public static async Task<BackupSnapshot> TakeAsync(
        string directory, BackupContents parts, TimeProvider time, CancellationToken cancel, Action<string>? betweenFiles = null)
    {
        var began = time.GetTimestamp();
        var last = Read(directory, parts, time, betweenFiles);
        while (true)
        {
            var next = Read(directory, parts, time, betweenFiles);
            next.IsOfOneMoment = next.All.SequenceEqual(last.All);
            last.Dispose();
            if (next.IsOfOneMoment || time.GetElapsedTime(began) >= Patience) return next;
            last = next;
            await Task.Delay(Pause, time, cancel).ConfigureAwait(false);
        }
    }

    private static BackupSnapshot Read(string directory, BackupContents parts, TimeProvider time, Action<string>? betweenFiles)
    {
        var snapshot = new BackupSnapshot { At = time.GetUtcNow() };
        var reader = new Reader(snapshot, directory, betweenFiles);
        if (!reader.TakeState()) reader.TakeDamagedState();
        reader.TakeAudit();
        reader.Take(AuditOptions.LastStartName);
        foreach (var book in parts.Books) reader.Take(book);
        foreach (var folder in parts.Folders) reader.TakeFolder(folder);
        return snapshot;
    }

    private sealed class Reader(BackupSnapshot snapshot, string directory, Action<string>? betweenFiles)
    {
        private const int MostTries = 20;

        /// <summary>
        /// It is replaced by renaming, so it is whole in itself; the changes since are of use with the very copy that they belong to, so
        /// both are read until they are a pair. A change that is being written is cut off, and then does not count.
        /// </summary>
        public bool TakeState()
        {
            byte[]? state = null, changes = null, previous = null;
            for (var tries = 0; tries < MostTries; tries++)
            {
                state = Read(BackupContents.StateName);
                changes = Read(BackupContents.ChangesName);
                previous = Read(BackupContents.PreviousChangesName);
                if (state is null || StateEnvelope.NameOf(state) is not { } name) break;
                if (changes is null ? (previous is null || IsOf(previous, name) || tries > 0) && IsStill(name) : IsOf(changes, name)) break;
            }

            Keep(BackupContents.StateName, state);
            Keep(BackupContents.ChangesName, changes);
            Keep(BackupContents.PreviousChangesName, previous);
            return state is not null && StateEnvelope.IsSound(state, out _);
        }

        /// <summary>No newer one has taken its place meanwhile: then it would have had changes that went with it.</summary>
        private bool IsStill(string name) => Read(BackupContents.StateName) is { } now && StateEnvelope.NameOf(now) == name;

        private static bool IsOf(byte[] changes, string snapshot) =>
            changes.AsSpan(0, Math.Min(changes.Length, 128)).IndexOf(Encoding.ASCII.GetBytes($"\"{snapshot}\"")) >= 0;

        /// <summary>Then the daemon would take one of these, and so must whoever restores.</summary>
        public void TakeDamagedState()
        {
            Take(BackupContents.UnfinishedStateName);
            Take(BackupContents.PreviousStateName);
        }

        /// <summary>
        /// First the head: lines that are written meanwhile make the log longer than the head says, never shorter. Then the verdicts and
        /// the log as a pair: at some time lines move from the one to the other. The verdicts are replaced whole, so when they are the same
        /// before and after the log was read, there was a moment in which both were so.
        /// </summary>
        public void TakeAudit()
        {
            var head = Read(AuditOptions.HeadName);
            for (var tries = 0; tries < MostTries && head is not null && AuditLine.Read(head).Anchor is null; tries++)
                head = Read(AuditOptions.HeadName); // It is written over in place; this is read amid that.
            var verdicts = Read(AuditOptions.VerdictsName);
            byte[]? log = null;
            for (var tries = 0; tries < MostTries; tries++)
            {
                log = Read(AuditOptions.FileName);
                var after = Read(AuditOptions.VerdictsName);
                var isSame = verdicts is null ? after is null : after is not null && verdicts.AsSpan().SequenceEqual(after);
                verdicts = after;
                if (isSame) break;
            }

            Keep(AuditOptions.HeadName, head);
            Keep(AuditOptions.VerdictsName, verdicts);
            Keep(AuditOptions.FileName, log);
        }

        public byte[]? Take(string path)
        {
            var content = Read(path);
            Keep(path, content);
            return content;
        }

        public void TakeFolder(string folder)
        {
            var path = Path.Combine(directory, folder);
            if (!LibC.IsDirectory(path)) return;
            foreach (var name in Directory.EnumerateFiles(path).Select(f => Path.GetFileName(f)).Where(BackupContents.IsPlain)
                .Order(StringComparer.Ordinal))
            {
                if (!IsLong(Path.Combine(path, name))) Take($"{folder}/{name}");
                else TakeLong($"{folder}/{name}");
            }
        }

        private static bool IsLong(string path) => path.EndsWith(".jsonl", StringComparison.Ordinal) && LibC.IsRegularFile(path)
            && new FileInfo(path) is { Exists: true, Length: > MostHeld };

        /// <summary>As much of it as there is now.</summary>
        private void TakeLong(string path)
        {
            betweenFiles?.Invoke(path);
            try
            {
                var file = Open(Path.Combine(directory, path));
                var length = file.Length;
                var hash = Convert.ToHexStringLower(SHA256.HashData(new PartStream(file, length)));
                snapshot.longFiles.Add((new BackupFile(path, length, hash), file));
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                // Its time was over meanwhile.
            }
        }

        private void Keep(string path, byte[]? content)
        {
            if (content is not null)
                snapshot.files.Add((new BackupFile(path, content.LongLength, Convert.ToHexStringLower(SHA256.HashData(content))), content));
        }

        /// <summary>
        /// Null for what is not there (any more). A link, a pipe or the like is not the daemon's: root must not read where it leads.
        /// </summary>
        private byte[]? Read(string path)
        {
            betweenFiles?.Invoke(path);
            var full = Path.Combine(directory, path);
            try
            {
                if (LibC.IsRegularFile(full)) return ReadWhole(full);
                if (LibC.Exists(full)) snapshot.Remarks.Add($"{full} is no ordinary file and was left out");
                return null;
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                return null;
            }
        }

        /// <summary>Like <see cref="File.ReadAllBytes"/>, beside a daemon that has it open for writing.</summary>
        private static byte[] ReadWhole(string path)
        {
            using var file = Open(path);
            using var content = new MemoryStream();
            file.CopyTo(content);
            return content.ToArray();
        }

        private static FileStream Open(string path) =>
            new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }
}
