using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Athena.Common.Settings;
using Athena.Common.State.Audit;
using Athena.Common.State.Backups;
using Athena.Common.Text;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>
/// <c>backup rehearse</c>: does with a backup what <c>restore</c> does, in a folder of its own that is thrown away, and says what is in it
/// and how long that took. The daemon, its state and its settings are not touched.
/// </summary>
internal static class RehearseCommand
{
    public static readonly NamedArgument File = new("file", "/var/backups/FILE", "Which there are: ls /var/backups")
    {
        Description = "A backup, or - for standard input.",
    };

    /// <returns><see cref="ExitCode.Ok"/>, or <see cref="ExitCode.Warnings"/> where it was made of what was damaged or changed.</returns>
    /// <exception cref="BackupRefusedException">It cannot be restored.</exception>
    public static async Task<int> RunAsync<TSettings>(
        WorkerContext<TSettings> context, BackupSource<TSettings> memory, ParseResult parse, CancellationToken cancel)
    {
        using var archive = RestoreCommand.Open(parse.GetValue(File)!);
        context.BecomeOwner(); // The backup is open, and may be root's.
        var began = context.Time.GetTimestamp();
        using var reader = new BackupReader(archive, context.Identity.Daemon, memory.Parts);
        var manifest = reader.ReadManifest();
        var scratch = Directory.CreateTempSubdirectory("athena-rehearsal-");
        try
        {
            var restored = RestoreCommand.Unpack(context, reader, manifest, scratch.FullName);
            var audit = AuditVerifier.Verify(restored.Audit);
            var newest = audit.Lines == 0 ? null : AuditReader.Read(restored.Audit).LastOrDefault()?.At;
            await memory.Adopt(restored, context, parse, cancel).ConfigureAwait(false);
            var rehearsal = new Rehearsal(manifest, restored, audit, newest, context.Time.GetElapsedTime(began));
            context.Out.Write(context.IsJson ? rehearsal.ToJson() + "\n" : rehearsal.ToText());
            return rehearsal.ExitCode;
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    /// <summary>What came of it.</summary>
    /// <param name="NewestAudit">When the newest entry of the audit was written; null where there is none.</param>
    private sealed record Rehearsal(
        BackupManifest Manifest, RestoredBackup Restored, AuditVerification Audit, string? NewestAudit, TimeSpan Took)
    {
        public int ExitCode => Audit.IsIntact && Restored.Damage is null ? Settings.ExitCode.Ok : Settings.ExitCode.Warnings;

        private long Bytes => Manifest.Files.Sum(file => file.Bytes);

        /// <summary>What lies in a folder is counted, and not named.</summary>
        private IEnumerable<(string Name, int Files, long Bytes)> Parts => Manifest.Files
            .GroupBy(file => file.Path.Split('/') is [var folder, _] ? folder + "/" : file.Path)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => (group.Key, group.Count(), group.Sum(file => file.Bytes)));

        public string ToText()
        {
            var text = new StringBuilder();
            text.Append(CultureInfo.InvariantCulture,
                $"{(ExitCode == 0 ? "This backup can be restored" : "This backup can be restored, and somebody should look")}. It is of "
                + $"{Restored.Clock.Second(Manifest.At)}, {RestoreCommand.Age(Restored.RestoredAt - Manifest.At)}, made on "
                + $"{VisibleText.Escape(Manifest.Host)} by version {VisibleText.Escape(Manifest.Version.Split('+')[0])}.\n")
                .Append(CultureInfo.InvariantCulture, $"  Took     {Took.TotalSeconds:F1} s, in a folder that is gone again\n")
                .Append(CultureInfo.InvariantCulture, $"  Files    {Manifest.Files.Count}, all as they were, {ByteSize.Spoken(Bytes)}: ")
                .AppendJoin(", ", Parts.Select(part => part.Name[^1] == '/'
                    ? string.Create(CultureInfo.InvariantCulture, $"{part.Name} {part.Files} with {ByteSize.Spoken(part.Bytes)}")
                    : $"{part.Name} {ByteSize.Spoken(part.Bytes)}"))
                .Append('\n');
            foreach (var sentence in Restored.Contents) text.Append("  State    ").Append(sentence).Append('\n');
            if (Restored.Damage is { } damage)
                text.Append("  State    DAMAGED when the backup was made; the copy before it was taken: ").Append(damage).Append('\n');
            text.Append("  Audit    ").Append(AuditSentence()).Append('\n');
            if (Manifest.SecretsLeftOut.Count > 0)
                text.Append("  Secrets  not in it, keep them elsewhere: ")
                    .AppendJoin(", ", Manifest.SecretsLeftOut.Select(VisibleText.Escape)).Append('\n');
            return text.ToString();
        }

        public string ToJson() => new JsonObject
        {
            ["exitCode"] = ExitCode,
            ["backupAt"] = Manifest.At,
            ["madeOn"] = Manifest.Host,
            ["madeBy"] = Manifest.Version,
            ["seconds"] = Math.Round(Took.TotalSeconds, 3),
            ["files"] = Manifest.Files.Count,
            ["bytes"] = Bytes,
            ["contents"] = new JsonArray([.. Restored.Contents.Select(sentence => (JsonNode)sentence)]),
            ["stateDamage"] = Restored.Damage,
            ["auditIntact"] = Audit.IsIntact,
            ["auditEntries"] = Audit.Lines,
            ["auditHead"] = Audit.Head.Hash,
            ["auditNewest"] = NewestAudit,
            ["secretsLeftOut"] = new JsonArray([.. Manifest.SecretsLeftOut.Select(key => (JsonNode)key)]),
        }.ToText();

        private string AuditSentence() =>
            !Audit.IsIntact
                ? "CHANGED before the backup was made, so that restore takes it with --damaged-audit alone. Keep an older backup as well: "
                    + VisibleText.Escape(string.Join(' ', Audit.Problems.Take(3)))
            : Audit.Lines == 0 ? "none yet"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"whole: entries {Audit.First} to {Audit.Head.Seq}, the newest of {VisibleText.Escape(NewestAudit ?? "")}, "
                + $"head {Audit.Head.Hash}");
    }
}
