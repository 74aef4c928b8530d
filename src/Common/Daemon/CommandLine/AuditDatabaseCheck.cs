using Athena.Common.Checks;
using Athena.Common.State.AuditCopies;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>
/// The part of <c>check</c> about the audit's copy in a database. The daemon works without, so nothing here is more than a warning.
/// </summary>
public static class AuditDatabaseCheck
{
    /// <summary>Says nothing where no copy is wanted.</summary>
    public static async Task RunAsync<TSettings>(WorkerContext<TSettings> context, CheckReport report, CancellationToken cancel)
    {
        if (context.Common.AuditDatabase is not { } connection) return;
        try
        {
            var database = AuditDatabase.Open(context.AuditDatabase(connection));
            await using (database.ConfigureAwait(false))
            {
                var copied = await database.HeadAsync(cancel).ConfigureAwait(false);
                var (version, caution) = await database.LookAsync(cancel).ConfigureAwait(false);
                report.Ok($"Audit's copy: {database.Place}, PostgreSQL {version}, line {copied.Seq}");
                if (caution is not null) report.Warn($"Audit's copy: {caution}", $"Then once more: {AuditMigration.Command}");
            }
        }
        catch (AuditCopyException e)
        {
            report.Warn(
                $"Audit's copy: {e.Message}", "The audit's file is written as ever, and what is missing in the database is copied later.");
        }
    }
}
