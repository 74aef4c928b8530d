using System.CommandLine;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Database;
using Athena.Common.Settings;
using Athena.Common.State.AuditCopies;
using Athena.Common.Text;

namespace Athena.Workers;

/// <summary>
/// <c>athena-workers audit-database migrate|verify</c>: makes the tables for the copies of the audits, and compares the copies with them.
/// </summary>
/// <param name="daemons">Whose audits are copied.</param>
/// <param name="source">The settings of a daemon, by its name.</param>
/// <param name="askSecret">Shows a question and gives what was typed, unseen.</param>
internal sealed class AuditDatabaseCommand(
    IDaemons daemons, Func<string, SettingsSource> source, Func<string, TextWriter, CancellationToken, Task<string>> askSecret)
{
    private const string Key = "AUDIT_DATABASE";

    public Command Command()
    {
        var owner = new Option<string?>("--as")
        {
            Description = "The connection of the role to which the tables are to belong, where it holds no password; else it is asked for.",
        };
        var roles = new Option<string[]>("--role")
        {
            Description = "A daemon's role, where AUDIT_DATABASE is not set here or cannot be read.",
        };
        var reader = new Option<string?>("--reader") { Description = "A role that may read the views, which name nobody; for Grafana." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Try all of it, take it back, and say what would be done." };
        var migrate = new Command("migrate", "Makes the tables in PostgreSQL, or carries them on, and gives the daemons' role its rights.");
        foreach (var option in (Option[])[owner, roles, reader, dryRun]) migrate.Options.Add(option);
        migrate.SetAction((parse, cancel) => MigrateAsync(
            parse.GetValue(owner), parse.GetValue(roles) ?? [], parse.GetValue(reader), parse.GetValue(dryRun),
            parse.InvocationConfiguration.Output, parse.InvocationConfiguration.Error, cancel));
        var verify = new Command(
            "verify", "Compares each audit with its copy: exit code 0 the same, 1 they differ or cannot be compared, 2 lines wait.");
        verify.SetAction((parse, cancel) => VerifyAsync(
            parse.InvocationConfiguration.Output, parse.InvocationConfiguration.Error, cancel));
        var command = new Command("audit-database", "The copy of the audits in PostgreSQL (AUDIT_DATABASE).");
        command.Subcommands.Add(migrate);
        command.Subcommands.Add(verify);
        ArgumentRules.ForbidEmpty(command);
        return command;
    }

    /// <returns>0 when it was done, or would be; else 1, 64 or 78, with a sentence.</returns>
    internal async Task<int> MigrateAsync(
        string? owner, IReadOnlyList<string> given, string? reader, bool isDryRun, TextWriter output, TextWriter error,
        CancellationToken cancel)
    {
        var roles = given.Count > 0 ? [.. given.Distinct()] : RolesOf(error);
        if (roles is null) return ExitCode.Configuration;
        if (owner is not null && HoldsPassword(owner))
        {
            await error.WriteLineAsync(
                "A password in --as can be read by every user of this host: leave --as away, and type the connection when it is asked for.")
                .ConfigureAwait(false);
            return ExitCode.Usage;
        }

        owner ??= await askSecret(
            "Connection of the role to which the tables are to belong, as in postgresql://OWNER:PASSWORD@HOST/DATABASE (it is not shown):",
            output, cancel).ConfigureAwait(false);
        var done = await AuditMigration.RunAsync(owner, roles, reader, isDryRun, cancel).ConfigureAwait(false);
        if (done.Problem is { } problem)
        {
            await error.WriteLineAsync(VisibleText.Escape($"{problem} Nothing was changed.")).ConfigureAwait(false);
            return ExitCode.Fault;
        }

        foreach (var sentence in done.Said) await output.WriteLineAsync(sentence).ConfigureAwait(false);
        await output.WriteLineAsync(isDryRun ? "Tried and taken back: nothing was changed." : "Done. The daemons copy within five minutes.")
            .ConfigureAwait(false);
        return ExitCode.Ok;
    }

    /// <returns>The worst of all; 78 where none has a copy.</returns>
    internal async Task<int> VerifyAsync(TextWriter output, TextWriter error, CancellationToken cancel)
    {
        int? worst = null;
        foreach (var name in daemons.Names)
        {
            var answer = await daemons.AskAsync(name, ["audit", "compare"], cancel).ConfigureAwait(false);
            var words = answer.Words.StartsWith($"{name}: ", StringComparison.Ordinal) ? answer.Words : $"{name}: {answer.Words}";
            await (answer.ExitCode == ExitCode.Ok ? output : error).WriteLineAsync(words).ConfigureAwait(false);
            if (answer.ExitCode == ExitCode.Configuration) continue;
            if (worst is null or ExitCode.Ok || (worst == ExitCode.Warnings && answer.ExitCode != ExitCode.Ok)) worst = answer.ExitCode;
        }

        return worst ?? ExitCode.Configuration;
    }

    /// <summary>As whom the daemons sign in; null, with a sentence, where that cannot be found out.</summary>
    private List<string>? RolesOf(TextWriter error)
    {
        List<string> roles = [];
        foreach (var name in daemons.Names)
        {
            if (new SettingsReader(source(name)).Secret(Key, "") is not { } connection) continue;
            if (!DatabaseAddress.TryRead(AuditDatabase.Setting, connection, out var address, out var problem))
            {
                error.WriteLine($"{problem} (settings of {name})");
                return null;
            }

            // Without a user the system's is taken, which is that of the unit.
            roles.Add(address.Username is { Length: > 0 } role ? role : name);
        }

        if (roles.Count > 0) return [.. roles.Distinct()];
        error.WriteLine(
            $"{Key} is not set in /etc/default/{WorkerIdentity.Platform}: set it first, or name the daemons' role with --role. How: "
            + "/usr/share/doc/athena-workers/audit-database.md");
        return null;
    }

    private static bool HoldsPassword(string connection) =>
        !DatabaseAddress.TryRead(AuditDatabase.Setting, connection, out var address, out _) ? connection.Contains('@')
            : address.Password is { Length: > 0 };
}
