using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Athena.Common.Files;
using Athena.Common.Settings;
using Athena.Common.State;
using Athena.Common.State.Audit;
using Athena.Common.State.Backups;
using Athena.Common.State.Persons;
using Athena.Common.Text;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>What <c>backup</c>, <c>restore</c> and <c>person</c> are to know of a daemon.</summary>
/// <param name="Parts">Of which files its memory consists.</param>
/// <param name="Adopt">
/// Makes a memory out of a backup fit to go on with, before it is put in its place: what the daemon has done since the backup was made is
/// not known to it. Tells the person what that means.
/// </param>
public sealed record BackupSource<TSettings>(
    BackupContents Parts, Func<RestoredBackup, WorkerContext<TSettings>, ParseResult, CancellationToken, Task> Adopt)
{
    /// <summary>Options of <c>restore</c> that only this daemon has.</summary>
    public IReadOnlyList<Option> RestoreOptions { get; init; } = [];

    /// <summary>What it keeps of people beside messages and audit, by the state directory.</summary>
    public Func<string, IReadOnlyList<IPersonShelf>> Persons { get; init; } = _ => [];
}

/// <summary><c>restore</c>: puts a backup in the place of the daemon's memory while it is stopped, and says what to do next.</summary>
internal static class RestoreCommand
{
    /// <summary>The audit's event for it.</summary>
    public const string Event = "restored";

    public static readonly NamedArgument File = new("file", "/var/backups/FILE", "Which there are: ls /var/backups")
    {
        Description = "A backup, or - for standard input.",
    };
    public static readonly Option<bool> Replace = new("--replace")
    {
        Description = "Replace the state that is there; it is kept in a folder beside the new one.",
    };
    public static readonly Option<bool> DamagedAudit = new("--damaged-audit")
    {
        Description = "Restore although the audit in the backup was changed before; audit verify goes on saying so.",
    };

    public static async Task<int> RunAsync<TSettings>(
        WorkerContext<TSettings> context, BackupSource<TSettings> memory, ParseResult parse, CancellationToken cancel)
    {
        var daemon = context.Identity.Daemon;
        using var archive = Open(parse.GetValue(File)!);
        context.BecomeOwner(); // The backup is open, and may be root's.
        using var reader = new BackupReader(archive, daemon, memory.Parts);
        var manifest = reader.ReadManifest(); // Before anything is touched.

        var directory = DirectoryFor(context.Common.StateDirectory);
        using var taken = Take(directory, daemon);
        Restoration.FinishInterrupted(directory);
        var present = Restoration.Present(directory).Where(name => IsMemory(directory, name)).ToList();
        if (present.Count > 0 && !parse.GetValue(Replace))
            throw new BackupRefusedException(
                $"{directory} holds a state already ({string.Join(", ", present.Take(4))}). To put the backup in its place: sudo "
                + $"{daemon} restore {parse.GetValue(File)} --replace. What is there now is kept.");

        try
        {
            var staged = Restoration.Prepare(directory);
            var restored = Unpack(context, reader, manifest, staged);
            var audit = Check(restored, parse.GetValue(DamagedAudit));
            await memory.Adopt(restored, context, parse, cancel).ConfigureAwait(false);
            Note(context, restored, manifest);
            var kept = Restoration.Commit(directory, restored.RestoredAt);
            context.Out.Write(context.IsJson
                ? Json(context, manifest, restored, audit, kept) + "\n"
                : Text(context, manifest, restored, audit, kept, parse.GetValue(File)!));
            return ExitCode.Ok;
        }
        finally
        {
            Restoration.Discard(directory);
        }
    }

    /// <summary>Puts the files of a backup into a folder that is empty and ours alone.</summary>
    /// <inheritdoc cref="BackupReader.ReadFiles"/>
    internal static RestoredBackup Unpack<TSettings>(
        WorkerContext<TSettings> context, BackupReader reader, BackupManifest manifest, string folder)
    {
        reader.ReadFiles(manifest, folder);
        return new RestoredBackup(
            folder, new AuditOptions(folder, context.Common.AuditKeep, context.Common.VerdictKeep), manifest.At, context.Time.GetUtcNow())
        {
            Clock = context.Zone,
        };
    }

    /// <exception cref="IOException">It is not there, or is no file.</exception>
    internal static Stream Open(string given)
    {
        if (given == "-") return Console.OpenStandardInput();
        if (Directory.Exists(given))
            throw new BackupRefusedException(
                $"{given} is a folder. Name the backup in it that is to be restored; ls -t shows the newest first.");
        return System.IO.File.OpenRead(given);
    }

    /// <summary>
    /// The directory itself, made if need be. Under DynamicUser= it is a link to private/NAME (systemd.exec(5)); where that was taken away,
    /// the link leads nowhere. A plain directory is as good: at its first start systemd moves it below private/ and gives it to the
    /// service.
    /// </summary>
    private static string DirectoryFor(string directory)
    {
        if (Directory.Exists(directory)) return directory;
        var link = new DirectoryInfo(directory);
        var target = link.LinkTarget is null ? directory : link.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        try
        {
            Directory.CreateDirectory(target, PrivateFile.DirectoryMode);
            return target;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BackupRefusedException($"{target} cannot be made: {e.Message}. Are you root?", e);
        }
    }

    private static StateLock Take(string directory, string daemon) =>
        StateLock.TryTake(directory, out var holder) ?? throw new BackupRefusedException(
            $"{directory} is in use by process {holder}: {daemon} runs. Stop it first: sudo systemctl stop {daemon}");

    /// <summary>What counts as a memory: an empty audit that a first, failed start left does not.</summary>
    private static bool IsMemory(string directory, string name)
    {
        var path = Path.Combine(directory, name);
        return Directory.Exists(path)
            ? Directory.EnumerateFileSystemEntries(path).Any()
            : !System.IO.File.Exists(path) || new FileInfo(path).Length > 0;
    }

    private static AuditVerification Check(RestoredBackup restored, bool mayBeDamaged)
    {
        var found = AuditVerifier.Verify(restored.Audit);
        if (!found.IsIntact && !mayBeDamaged)
        {
            throw new BackupRefusedException(
                $"The audit in this backup was changed before the backup was made: {string.Join(' ', found.Problems.Take(3))} Take an "
                + "older backup; or restore it as it is with --damaged-audit.");
        }

        return found;
    }

    private static void Note<TSettings>(WorkerContext<TSettings> context, RestoredBackup restored, BackupManifest manifest)
    {
        using var log = AuditLog.Open(
            restored.Audit, context.Time, Microsoft.Extensions.Logging.Abstractions.NullLogger<AuditLog>.Instance);
        log.Append(new AuditEntry(
            Event, "daemon",
            $"restored from a backup of {Rfc3339(manifest.At)}; what was decided between then and now is not in this audit",
            new OrderedDictionary<string, string>
            {
                ["by"] = CommandUser.Name,
                ["backupAt"] = Rfc3339(manifest.At),
                ["madeOn"] = manifest.Host,
                ["madeBy"] = manifest.Version,
                ["version"] = WorkerIdentity.Version,
            }));
        if (!log.Flush())
            throw new BackupRefusedException(
                $"Nothing was restored: the audit could not be written to {restored.Directory}. Is the disk full?");
    }

    private static string Text<TSettings>(
        WorkerContext<TSettings> context, BackupManifest manifest, RestoredBackup restored, AuditVerification audit, string? kept,
        string file)
    {
        var daemon = context.Identity.Daemon;
        var text = new StringBuilder();
        var age = restored.RestoredAt - manifest.At;
        text.Append(CultureInfo.InvariantCulture,
            $"Restored {daemon} from a backup of {context.Zone.Second(manifest.At)}, {Age(age)}, made on "
            + $"{VisibleText.Escape(manifest.Host)} by version {VisibleText.Escape(manifest.Version.Split('+')[0])}.\n")
            .Append(CultureInfo.InvariantCulture, $"  {manifest.Files.Count} files, all as they were. ");
        text.Append(!audit.IsIntact
            ? "The audit was CHANGED before the backup was made, see audit verify.\n"
            : audit.Lines == 0 ? "There was no audit yet.\n"
            : $"The audit is whole up to entry {audit.Head.Seq}; entry {audit.Head.Seq + 1} tells of this restore.\n");
        if (kept is not null) text.Append("  What was there before is kept in ").Append(kept).Append('\n');
        if (!manifest.IsOfOneMoment) text.Append("  The daemon was busy when the backup was made: something may be said twice.\n");

        if (restored.Sentences.Count > 0) text.Append("\nWhat the backup cannot know:\n");
        foreach (var sentence in restored.Sentences) text.Append("  * ").Append(sentence).Append('\n');

        AppendSettings(text, context, manifest, file);
        text.Append("\nNext:\n").Append(CultureInfo.InvariantCulture, $"  sudo {daemon} check\n  sudo {daemon} activate\n");
        return text.ToString();
    }

    /// <summary>Settings are never written: those of this host may be meant.</summary>
    private static void AppendSettings<TSettings>(
        StringBuilder text, WorkerContext<TSettings> context, BackupManifest manifest, string file)
    {
        var (differs, missing) = Compare(context, manifest);
        if (differs.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"\nSettings that differ from those of then (all of them: tar -xzOf {(file == "-" ? "FILE" : file)} "
                + $"{context.Identity.Daemon}/{BackupManifest.SettingsName}):\n");
            foreach (var line in differs) text.Append("  ").Append(VisibleText.Escape(line)).Append('\n');
        }

        if (missing.Count > 0)
            text.Append(CultureInfo.InvariantCulture,
                $"\nSecrets that were set then and are not now: {VisibleText.Escape(string.Join(", ", missing))}\n");
    }

    private static (IReadOnlyList<string> Differs, IReadOnlyList<string> MissingSecrets) Compare<TSettings>(
        WorkerContext<TSettings> context, BackupManifest manifest)
    {
        var now = context.Reader.Registered.Where(s => s.Given is { Text.Length: > 0 }).ToList();
        return (
            StartRecord.Compare(manifest.Settings, now.Where(s => !SettingsCopy.IsSecret(s)).ToDictionary(s => s.Key, s => s.Shown)),
            [.. manifest.SecretsLeftOut.Where(key => !now.Exists(s => s.Key == key))]);
    }

    private static string Json<TSettings>(
        WorkerContext<TSettings> context, BackupManifest manifest, RestoredBackup restored, AuditVerification audit, string? kept)
    {
        var (differs, missing) = Compare(context, manifest);
        return new JsonObject
        {
            ["exitCode"] = ExitCode.Ok,
            ["backupAt"] = manifest.At,
            ["madeOn"] = manifest.Host,
            ["madeBy"] = manifest.Version,
            ["files"] = manifest.Files.Count,
            ["ofOneMoment"] = manifest.IsOfOneMoment,
            ["auditIntact"] = audit.IsIntact,
            ["keptIn"] = kept,
            ["notKnown"] = List(restored.Sentences),
            ["settingsThatDiffer"] = List(differs),
            ["secretsMissing"] = List(missing),
        }.ToText();

        static JsonArray List(IEnumerable<string> items) => [.. items.Select(item => (JsonNode)item)];
    }

    /// <summary>How long ago a backup was made.</summary>
    internal static string Age(TimeSpan age) =>
        age < TimeSpan.Zero
            ? "which is ahead of this host's clock"
            : age.TotalMinutes < 2 ? "just made" : age.TotalHours < 2 ? $"{age.TotalMinutes:F0} minutes ago"
        : age.TotalDays < 2 ? $"{age.TotalHours:F0} hours ago" : $"{age.TotalDays:F0} days ago";

    private static string Rfc3339(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
}
