using System.Data;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Athena.Common.Database;
using Athena.Common.State.Audit;
using Athena.Common.Text;
using Npgsql;
using static Athena.Common.Database.Rows;

namespace Athena.Common.State.AuditCopies;

/// <summary>Whose lines are copied, and where to.</summary>
/// <param name="Connection"><c>AUDIT_DATABASE</c>: a URI or Npgsql's form. A secret: it holds the password.</param>
/// <param name="Daemon">By the name of its unit.</param>
/// <param name="Installation">Which installation of it.</param>
/// <param name="Tenant"><c>TENANT_ID</c>; empty where there is one alone.</param>
/// <param name="Keep"><c>AUDIT_KEEP</c>: so long the copy keeps facts.</param>
internal sealed record AuditDatabaseOptions(string Connection, string Daemon, string Installation, string Tenant, TimeSpan Keep)
{
    /// <summary>Without the secret, whoever logs it.</summary>
    public override string ToString() => $"the copy of the audit of {Daemon}";
}

/// <summary>
/// Nothing can be copied, compared or erased. The text is a sentence that says why and what to do, without a secret.
/// </summary>
internal sealed class AuditCopyException(string sentence) : IOException(sentence);

/// <summary>
/// The tables in which a daemon's lines are copied, as that daemon's role sees them: it adds lines, reads its own back, and has names
/// erased. Each call that fails throws <see cref="AuditCopyException"/>, or <see cref="OperationCanceledException"/> where it was
/// cancelled.
/// </summary>
/// <remarks>One connection, which is let go when nothing was copied for a minute.</remarks>
internal sealed class AuditDatabase : IAsyncDisposable
{
    /// <summary>Lines that are read at once.</summary>
    internal const int PageLength = 2000;

    /// <summary>What the server is waited for; a batch may have many lines, and nobody waits behind it.</summary>
    private const int Patience = 30;

    // A lock is waited for less long than an answer: then it is said what was in the way. And a server that has not counted new tables yet
    // takes them for empty: it would look through all of one for each line of another.
    private const string Bounds = "SELECT set_config('lock_timeout', '10000', true), set_config('enable_seqscan', 'off', true)";

    // To a page each table is asked by its keys, whatever the server has counted of it; as one statement a million lines would be sorted,
    // on its disk and before the first of them comes.
    private const string ByKeys =
        "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), "
        + "set_config('enable_mergejoin', 'off', true)";

    private static readonly string[] Claims = ["login", "email", "name"];

    private readonly AuditDatabaseOptions options;
    private readonly NpgsqlDataSource source;
    private readonly ServerText text;

    private AuditDatabase(AuditDatabaseOptions options, NpgsqlConnectionStringBuilder address)
    {
        this.options = options;
        address.ApplicationName = $"athena-workers {options.Daemon} audit";
        address.MaxPoolSize = 1;
        address.CommandTimeout = Patience;
        (Role, Place) = (address.Username ?? "", DatabaseAddress.Place(address));
        text = new ServerText(address.Password);
        source = DatabaseAddress.Source(address);
    }

    /// <summary>The tables, and how they came about.</summary>
    public static MigratedSchema Schema { get; } = new("athena_audit", "audit-database-");

    /// <summary>What is said of the setting.</summary>
    public static DatabaseSetting Setting { get; } = new(
        "AUDIT_DATABASE", "one of its own is best, as in postgresql://athena_audit:PASSWORD@HOST/athena",
        "make one: CREATE ROLE athena_audit LOGIN PASSWORD '…'", "the audit's copy is kept there alone");

    /// <summary>Host and port.</summary>
    public string Place { get; }

    /// <summary>As whom we sign in; empty where the system's user is taken.</summary>
    public string Role { get; }

    /// <exception cref="AuditCopyException">The setting cannot be used.</exception>
    public static AuditDatabase Open(AuditDatabaseOptions options) =>
        DatabaseAddress.TryRead(Setting, options.Connection, out var address, out var problem)
            ? new AuditDatabase(options, address)
            : throw new AuditCopyException(problem);

    public ValueTask DisposeAsync() => source.DisposeAsync();

    /// <summary>The last line that is there.</summary>
    public Task<AuditAnchor> HeadAsync(CancellationToken cancel) => RunAsync(
        async (connection, token) =>
        {
            await DemandFitAsync(connection, token).ConfigureAwait(false);
            return await LastAsync(connection, token).ConfigureAwait(false);
        },
        cancel);

    /// <summary>What the server is, and what our role may that it should not.</summary>
    public Task<(string Version, string? Caution)> LookAsync(CancellationToken cancel) => RunAsync(
        async (connection, token) => (await connection.QueryAsync(
            Statement(
                """
                SELECT current_setting('server_version'), current_user::text,
                       (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
                       OR has_table_privilege('athena_audit.line', 'UPDATE, DELETE, TRUNCATE')
                       OR has_table_privilege('athena_audit.fact', 'UPDATE, DELETE, TRUNCATE')
                """),
            row => (
                row.GetString(0),
                row.GetBoolean(2)
                    ? $"Role {VisibleText.Escape(row.GetString(1))} may change lines that were copied: give AUDIT_DATABASE a role of its "
                        + "own that neither owns the tables nor is a superuser"
                    : null),
            token).ConfigureAwait(false))[0],
        cancel);

    /// <summary>Adds lines behind the last one, all of them or none.</summary>
    /// <param name="after">The last one that is there.</param>
    /// <param name="records">Sound, each following from the one before it.</param>
    /// <returns>False when another one is last: somebody else copies the same audit.</returns>
    public Task<bool> AddAsync(AuditAnchor after, IReadOnlyList<AuditRecord> records, CancellationToken cancel) => RunAsync(
        async (connection, token) =>
        {
            await using var transaction = await connection.BeginTransactionAsync(token).ConfigureAwait(false);

            // One at a time, whichever daemon: what a person is called is shared by all lines.
            await using (var turn = connection.Batch(
                Statement(Bounds), Statement("SELECT pg_advisory_xact_lock(hashtextextended('athena_audit', 0))")))
                await turn.ExecuteNonQueryAsync(token).ConfigureAwait(false);
            if (await LastAsync(connection, token).ConfigureAwait(false) != after) return false;
            await using (var add = connection.Batch(Persons(records), Lines(records), Facts(records)))
                await add.ExecuteNonQueryAsync(token).ConfigureAwait(false);
            await transaction.CommitAsync(token).ConfigureAwait(false);
            return true;
        },
        cancel);

    /// <summary>Takes out the facts whose time is over, and those that the file has no more.</summary>
    /// <param name="erasure">Of this daemon's lines.</param>
    /// <returns>How many lines lost theirs.</returns>
    public Task<long> EraseAsync(AuditErasure erasure, CancellationToken cancel) => RunAsync(
        async (connection, token) =>
        {
            await DemandFitAsync(connection, token).ConfigureAwait(false);
            return (await connection.QueryAsync(
                Statement(
                    "SELECT athena_audit.erase_names($1, $2, $3, $4)", options.Installation, options.Daemon, erasure.UpTo,
                    erasure.Lines.ToArray()),
                row => row.GetInt64(0), token).ConfigureAwait(false))[0];
        },
        cancel);

    /// <summary>Reads the copy, oldest line first.</summary>
    /// <param name="take">Is given each line, with its facts where they are still there; salt and order of these are not kept.</param>
    public Task<AuditAnchor> ReadAsync(Action<AuditRecord> take, CancellationToken cancel) => RunAsync(
        async (connection, token) =>
        {
            await DemandFitAsync(connection, token).ConfigureAwait(false);
            // One look at it from beginning to end: what is copied meanwhile is not seen.
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, token)
                .ConfigureAwait(false);
            await using (var plan = connection.Batch(Statement(ByKeys)))
                await plan.ExecuteNonQueryAsync(token).ConfigureAwait(false);
            var (last, isMore) = (AuditAnchor.Beginning, true);
            while (isMore) (last, isMore) = await ReadPageAsync(connection, last, take, token).ConfigureAwait(false);
            return last;
        },
        cancel);

    /// <summary>As many lines as stand on a page, behind one.</summary>
    /// <returns>The last one read, and whether there may be more.</returns>
    private async Task<(AuditAnchor Last, bool IsMore)> ReadPageAsync(
        NpgsqlConnection connection, AuditAnchor last, Action<AuditRecord> take, CancellationToken cancel)
    {
        await using var ask = connection.Batch(Statement(
            """
            SELECT l.line, l.written_at, l.event, l.subject, l.verdict, l.facts_hash, l.previous, l.hash, f.salt, f.facts::text,
                   p.login, p.email, p.name
            FROM (
                SELECT * FROM athena_audit.line WHERE installation = $1 AND daemon = $2 AND line > $3 ORDER BY line LIMIT $4
            ) l
            LEFT JOIN athena_audit.fact f USING (installation, daemon, line) LEFT JOIN athena_audit.person p USING (person_id)
            ORDER BY l.line
            """,
            options.Installation, options.Daemon, last.Seq, PageLength));
        await using var rows = await ask.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        var count = 0;
        for (; await rows.ReadAsync(cancel).ConfigureAwait(false); count++)
        {
            var record = new AuditRecord(
                rows.GetInt64(0), rows.GetString(1), rows.GetString(2), rows.GetString(3), rows.GetString(4), rows.GetText(8),
                FactsOf(rows), rows.GetString(5), rows.GetString(6), rows.GetString(7));
            take(record);
            last = new AuditAnchor(record.Seq, record.Hash);
        }

        return (last, count == PageLength);
    }

    private static Dictionary<string, string>? FactsOf(NpgsqlDataReader row)
    {
        if (row.GetText(9) is not { } json) return null;
        var facts = JsonNode.Parse(json)!.AsObject().ToDictionary(fact => fact.Key, fact => fact.Value!.GetValue<string>());
        for (var i = 0; i < Claims.Length; i++)
            if (row.GetText(10 + i) is { Length: > 0 } claim) facts[Claims[i]] = claim;
        return facts;
    }

    private async Task DemandFitAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        if (await Schema.NumberAsync(connection, cancel).ConfigureAwait(false) is not { } number)
            throw new AuditCopyException($"Role {VisibleText.Escape(Role)} may not look into the audit's database at {Place}: {Rights}.");
        if (number != Schema.Newest)
            throw new AuditCopyException(
                number == 0 ? $"The audit's database at {Place} has no tables yet: {AuditMigration.Command}"
                : number < Schema.Newest
                    ? $"The audit's database at {Place} is as an older version left it (step {number} of {Schema.Newest}): "
                        + AuditMigration.Command
                : $"The audit's database at {Place} was carried on by a newer version (step {number}, and this one knows "
                    + $"{Schema.Newest}): bring athena-workers on this host up to date.");
        var readsOnly = await connection.QueryAsync(
            Statement("SELECT current_setting('transaction_read_only')::boolean"), row => row.GetBoolean(0), cancel).ConfigureAwait(false);
        if (readsOnly[0]) throw new AuditCopyException(ReadsOnly);
    }

    private async Task<AuditAnchor> LastAsync(NpgsqlConnection connection, CancellationToken cancel) =>
        (await connection.QueryAsync(
            Statement(
                "SELECT line, hash FROM athena_audit.line WHERE installation = $1 AND daemon = $2 ORDER BY line DESC LIMIT 1",
                options.Installation, options.Daemon),
            row => new AuditAnchor(row.GetInt64(0), row.GetString(1)), cancel).ConfigureAwait(false)).FirstOrDefault()
        ?? AuditAnchor.Beginning;

    private NpgsqlBatchCommand Lines(IReadOnlyList<AuditRecord> records) => Statement(
        """
        INSERT INTO athena_audit.line
            (installation, daemon, tenant, line, at, written_at, event, subject, verdict, facts_hash, previous, hash)
        SELECT $1, $2, $3, line, written_at::timestamptz, written_at, event, subject, verdict, facts_hash, previous, hash
        FROM unnest($4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[])
            AS new (line, written_at, event, subject, verdict, facts_hash, previous, hash)
        """,
        options.Installation, options.Daemon, options.Tenant.Length > 0 ? options.Tenant : "default",
        records.Select(record => record.Seq).ToArray(), Column(records, record => record.At), Column(records, record => record.Event),
        Column(records, record => record.Case), Column(records, record => record.Verdict), Column(records, record => record.FactsHash),
        Column(records, record => record.Previous), Column(records, record => record.Hash));

    private NpgsqlBatchCommand Persons(IReadOnlyList<AuditRecord> records)
    {
        List<AuditRecord> named = [.. records.Where(record => MarkOf(record).Length > 0).DistinctBy(MarkOf)];
        return Statement(
            """
            INSERT INTO athena_audit.person (installation, reference, login, email, name, mark)
            SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) ON CONFLICT (mark) DO NOTHING
            """,
            options.Installation, Column(named, record => record.Case), Column(named, record => Claim(record, 0)),
            Column(named, record => Claim(record, 1)), Column(named, record => Claim(record, 2)), Column(named, MarkOf));
    }

    private NpgsqlBatchCommand Facts(IReadOnlyList<AuditRecord> records)
    {
        List<AuditRecord> full = [.. records.Where(record => record.Facts is not null)];
        return Statement(
            """
            INSERT INTO athena_audit.fact (installation, daemon, line, person_id, facts, salt, keep_until)
            SELECT $1, $2, new.line, p.person_id, new.facts::jsonb, new.salt, new.at::timestamptz + $3::text::interval
            FROM unnest($4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[]) AS new (line, at, facts, salt, mark)
            LEFT JOIN athena_audit.person p ON p.mark = new.mark
            """,
            options.Installation, options.Daemon, string.Create(CultureInfo.InvariantCulture, $"{(long)options.Keep.TotalSeconds} seconds"),
            full.Select(record => record.Seq).ToArray(), Column(full, record => record.At),
            Column(full, record => new JsonObject(record.Facts!.Where(fact => !Claims.Contains(fact.Key))
                .Select(fact => KeyValuePair.Create(fact.Key, (JsonNode?)fact.Value))).ToText()),
            Column(full, record => record.Salt!), Column(full, MarkOf));
    }

    private static string[] Column(IReadOnlyList<AuditRecord> records, Func<AuditRecord, string> of) => [.. records.Select(of)];

    private static string Claim(AuditRecord record, int which) => record.Facts?.GetValueOrDefault(Claims[which]) ?? "";

    /// <summary>Empty where a line says of nobody what they are called.</summary>
    private string MarkOf(AuditRecord record) => Claims.All(claim => record.Facts?.ContainsKey(claim) != true)
        ? ""
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            $"{options.Installation}\n{record.Case}\n{Claim(record, 0)}\n{Claim(record, 1)}\n{Claim(record, 2)}")));

    private static string Rights => $"{AuditMigration.Command} gives it its rights";

    private string ReadsOnly => $"The server at {Place} only reads (a standby?): AUDIT_DATABASE must name the one that is written to.";

    private async Task<T> RunAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> ask, CancellationToken cancel)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancel).ConfigureAwait(false);
            return await ask(connection, cancel).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is NpgsqlException or OperationCanceledException or TimeoutException
            or (IOException and not AuditCopyException))
        {
            cancel.ThrowIfCancellationRequested();
            throw new AuditCopyException(Sentence(fault));
        }
    }

    /// <summary>The codes are those of the PostgreSQL manual, appendix A.</summary>
    private string Sentence(Exception fault)
    {
        const string Whose = "the audit's database";
        if (fault is not PostgresException said) return ConnectionTrouble.Of(fault, Whose, Place, text, Setting.Key).Sentence;
        var words = $"\"{text.Clean(said.MessageText)}\" ({said.SqlState})";
        return said.SqlState switch
        {
            PostgresErrorCodes.InsufficientPrivilege => $"The audit's database at {Place} says {words}: {Rights}.",
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
                $"The audit's database at {Place} does not let us in: {words}. Check user and password in {Setting.Key}, and pg_hba.conf.",
            PostgresErrorCodes.InvalidCatalogName =>
                $"The audit's database at {Place} says {words}: check the database's name in {Setting.Key}.",
            PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.UndefinedFunction =>
                $"The audit's database at {Place} is not as this version made it: {words}. Put back what was taken away, or begin anew in "
                + $"an empty database: {AuditMigration.Command}",
            PostgresErrorCodes.ReadOnlySqlTransaction => ReadsOnly,
            PostgresErrorCodes.DiskFull =>
                $"The disk of the server at {Place} is full: {words}. Make room there; nothing has to be started again.",
            PostgresErrorCodes.TooManyConnections =>
                $"The server at {Place} has no connection free: {words}. It is tried again; max_connections says how many it has.",
            PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.DeadlockDetected
                or PostgresErrorCodes.SerializationFailure => $"The audit's database at {Place} was busy: {words}. It is tried again.",
            _ => $"The audit's database at {Place} says {words}.",
        };
    }
}
