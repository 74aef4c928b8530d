using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Athena.Common.Daemon.Units;
using Athena.Common.Settings;
using Athena.Common.State;
using Athena.Common.State.Audit;
using Athena.Common.State.Backups;
using Athena.Common.Text;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>
/// <c>backup</c>: the daemon's memory and its settings without secrets in one file, while it works or not. For whoever may read the state
/// directory, which is root.
/// </summary>
internal static class BackupCommand
{
    public static readonly NamedArgument File = new("file", "/var/backups")
    {
        Description = "Where to: a file, an existing folder (the file in it is named for the time), or - for standard output.",
    };

    /// <summary>Where root, which called this command, puts what comes out of standard output.</summary>
    public static readonly Option<string?> CalledByRoot = new("--called-by-root") { Hidden = true };

    private const string WarningMark = "WARNING  ";

    /// <summary>How long reading the state may take: years of a large hospital on a slow disk.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    public static async Task<int> RunAsync<TSettings>(
        WorkerContext<TSettings> context, BackupContents parts, ParseResult parse, CancellationToken cancel)
    {
        var daemon = context.Identity.Daemon;
        var given = parse.GetValue(File)!;
        if (given == "-" && !Console.IsOutputRedirected)
            throw new BackupRefusedException(
                $"A backup is no text for a terminal. Write it to a file: sudo {daemon} backup {daemon}.tar.gz");

        if (given != "-" && context.IsSomebodyElses) return await WriteAsRootAsync(context, given, cancel).ConfigureAwait(false);
        context.BecomeOwner();
        var directory = context.Common.StateDirectory;
        using var snapshot = await TakeAsync(directory, daemon, parts, context.Time, cancel).ConfigureAwait(false);
        var settings = context.Reader.Registered;
        var copy = SettingsCopy.Write(context.Identity, settings, snapshot.At);
        var manifest = new BackupManifest(
            BackupManifest.OfBackups, BackupManifest.CurrentFormat, daemon, WorkerIdentity.Version, Environment.MachineName, snapshot.At,
            snapshot.IsOfOneMoment,
            settings.Where(s => s.Given is { Text.Length: > 0 } && !SettingsCopy.IsSecret(s)).ToDictionary(s => s.Key, s => s.Shown),
            [.. settings.Where(s => s.Given is { Text.Length: > 0 } && SettingsCopy.IsSecret(s)).Select(s => s.Key)],
            BackupArchive.Describe(BackupManifest.SettingsName, Encoding.UTF8.GetBytes(copy)), [.. snapshot.All]);

        var target = "-";
        if (given == "-")
        {
            using var output = Console.OpenStandardOutput();
            BackupArchive.Write(output, manifest, copy, snapshot);
            output.Flush();
        }
        else
        {
            target = BackupTarget.Resolve(given, daemon, snapshot.At);
            BackupTarget.Write(
                target, daemon, context.Time.GetUtcNow().UtcDateTime, stream => BackupArchive.Write(stream, manifest, copy, snapshot));
        }

        var found = AuditVerifier.Verify(new AuditOptions(directory, context.Common.AuditKeep, context.Common.VerdictKeep));
        return Report(
            context,
            manifest,
            parse.GetValue(CalledByRoot) ?? target,
            found,
            Problems(snapshot, found),
            target == "-" ? context.Error : context.Out);
    }

    /// <summary>
    /// The file is root's and the state is not. A process of its own reads that, as its owner, and root puts into the file what comes out
    /// of it.
    /// </summary>
    private static async Task<int> WriteAsRootAsync<TSettings>(WorkerContext<TSettings> context, string given, CancellationToken cancel)
    {
        var daemon = context.Identity.Daemon;
        var now = context.Time.GetUtcNow();
        var target = BackupTarget.Resolve(given, daemon, now);
        context.DemandOutOfReach(Path.GetDirectoryName(target)!);
        Tool.Result? result = null;
        BackupTarget.Write(target, daemon, now.UtcDateTime, stream =>
        {
            result = OwnCommand.RunAsync(["backup", "-", "--called-by-root", target, "--output", context.Output], Patience, cancel, stream)
                .GetAwaiter().GetResult();
            if (result.ExitCode is not (ExitCode.Ok or ExitCode.Warnings))
                throw new IOException(result.Words.StartsWith(daemon + ": ", StringComparison.Ordinal)
                    ? result.Words[(daemon.Length + 2)..]
                    : result.Words);
        });
        foreach (var line in result!.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            await (line.StartsWith(WarningMark, StringComparison.Ordinal) ? context.Error : context.Out)
                .WriteLineAsync(line).ConfigureAwait(false);
        return result.ExitCode;
    }

    private static async Task<BackupSnapshot> TakeAsync(
        string directory, string daemon, BackupContents parts, TimeProvider time, CancellationToken cancel)
    {
        if (!Directory.Exists(directory))
            throw new BackupRefusedException(
                $"There is nothing to back up: {directory} does not exist. Has {daemon} run here, or is STATE_DIR another one?");
        _ = Directory.EnumerateFileSystemEntries(directory).Any(); // A directory that may not be read must not pass for an empty one.
        if (Restoration.IsUnfinished(directory))
            throw new BackupRefusedException(
                $"A restore of {directory} was interrupted and is brought to its end when {daemon} starts. Start it first: sudo systemctl "
                + $"start {daemon}");
        var snapshot = await BackupSnapshot.TakeAsync(directory, parts, time, cancel).ConfigureAwait(false);
        string[] states = [BackupContents.StateName, BackupContents.UnfinishedStateName, BackupContents.PreviousStateName];
        if (states.Any(state => snapshot.Find(state) is not null)) return snapshot;
        snapshot.Dispose();
        throw new BackupRefusedException(
                $"There is nothing to back up: no state lies in {directory}. Has {daemon} run here, or is STATE_DIR another one?");
    }

    /// <summary>A backup was made; but somebody should look.</summary>
    private static List<string> Problems(BackupSnapshot snapshot, AuditVerification audit)
    {
        List<string> problems = [.. snapshot.Remarks];
        if (snapshot.Find(BackupContents.StateName) is not { } state)
            problems.Add($"{BackupContents.StateName} is missing; the copy before it was taken");
        else if (!StateEnvelope.IsSound(state, out var reason))
            problems.Add($"{BackupContents.StateName} is damaged ({reason}); the copies beside it were taken as well");
        problems.AddRange(audit.Problems.Select(problem => $"the audit: {problem}"));
        return problems;
    }

    private static int Report<TSettings>(
        WorkerContext<TSettings> context,
        BackupManifest manifest,
        string target,
        AuditVerification audit,
        List<string> problems,
        TextWriter writer)
    {
        var code = problems.Count == 0 ? ExitCode.Ok : ExitCode.Warnings;
        var bytes = manifest.Files.Sum(file => file.Bytes);
        if (context.IsJson)
        {
            writer.WriteLine(new JsonObject
            {
                ["exitCode"] = code,
                ["file"] = target,
                ["at"] = manifest.At,
                ["files"] = manifest.Files.Count,
                ["bytes"] = bytes,
                ["ofOneMoment"] = manifest.IsOfOneMoment,
                ["auditIntact"] = audit.IsIntact,
                ["auditHead"] = audit.Head.Hash,
                ["secretsLeftOut"] = new JsonArray([.. manifest.SecretsLeftOut.Select(key => (JsonNode)key)]),
                ["problems"] = new JsonArray([.. problems.Select(problem => (JsonNode)problem)]),
            }.ToText());
            return code;
        }

        writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Backup of {manifest.Daemon} as of {context.Zone.Second(manifest.At)}: {manifest.Files.Count} files, "
            + $"{ByteSize.Spoken(bytes)}{(target == "-" ? "" : $", in {target}")}"));
        if (audit.IsIntact)
            writer.WriteLine(audit.Lines == 0
                ? "There is no audit yet."
                : $"The audit is whole: entries {audit.First} to {audit.Head.Seq}, head {audit.Head.Hash}");
        if (!manifest.IsOfOneMoment)
            writer.WriteLine(
                "The daemon was busy all the while: the files are sound, but of slightly different moments. After a restore something may "
                + "be said twice.");
        if (manifest.SecretsLeftOut.Count > 0)
            writer.WriteLine($"Not in it, because they are secrets: {string.Join(", ", manifest.SecretsLeftOut)}. Keep them elsewhere.");
        foreach (var problem in problems) context.Error.WriteLine($"{WarningMark}{VisibleText.Escape(problem)}");
        return code;
    }
}
