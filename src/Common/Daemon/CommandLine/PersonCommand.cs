using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Athena.Common.Daemon.Control;
using Athena.Common.Files;
using Athena.Common.Notify.Delivery;
using Athena.Common.Settings;
using Athena.Common.State;
using Athena.Common.State.Audit;
using Athena.Common.State.AuditCopies;
using Athena.Common.State.Backups;
using Athena.Common.State.Persons;
using Athena.Common.Text;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>
/// <c>person WHO</c>: what the daemon keeps of somebody, and <c>--erase</c>, which takes their login, address and name out of all of it.
/// </summary>
/// <param name="shelves">What the daemon has beside messages and audit, of a state directory.</param>
internal sealed class PersonCommand(Func<string, IReadOnlyList<IPersonShelf>> shelves)
{
    /// <summary>Whom an erasure is about that has begun: what it has taken out it could not find again.</summary>
    public const string BegunName = "erasing.json";

    private const int MostBegun = 64 * 1024;

    public static readonly NamedArgument Who = new("who", "email:lindiwe@hospital.example")
    {
        Description = "uid:…, id:…, login:…, email:…, or a word that fits one account only.",
    };
    public static readonly Option<bool> EraseThem = new("--erase")
    {
        Description = "Take login, e-mail address and name out of all of it, while the daemon is stopped; shows it and asks.",
    };
    public static readonly Option<bool> DryRun = new("--dry-run") { Description = "Show what would be erased, and do nothing." };
    public static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Do not ask." };

    /// <summary>What athena-workers has learnt of them from the others.</summary>
    public static readonly Option<string[]> Known = new("--known") { Hidden = true };

    public async Task<int> RunAsync<TSettings>(WorkerContext<TSettings> context, ParseResult parse, CancellationToken cancel)
    {
        var directory = context.Common.StateDirectory;
        var isErasing = parse.GetValue(EraseThem) && !parse.GetValue(DryRun);
        using var taken = isErasing ? Take(context, directory) : null;
        if (taken is not null) Restoration.FinishInterrupted(directory);
        var audit = new AuditShelf(
            new AuditOptions(directory, context.Common.AuditKeep, context.Common.VerdictKeep), context.Time, CommandUser.Name);
        IReadOnlyList<IPersonShelf> all = Directory.Exists(directory)
            ? [.. shelves(directory), new MessageShelf(directory, context.Time), audit]
            : [];

        var given = parse.GetRequiredValue(Who);
        var begun = Begun(directory);
        var isBegun = begun?.Any(word => word == given || word.EndsWith(":" + given, StringComparison.Ordinal)) == true;
        var who = PersonIdentity.Find(
            given, [.. parse.GetValue(Known) ?? [], .. isBegun ? begun! : []], [.. all.SelectMany(shelf => shelf.Traces())],
            out var others);
        var kept = others.Count > 0 ? [] : all.Select(shelf => (shelf.Name, Records: shelf.Show(who))).ToList();
        if (others.Count > 0 || (kept.All(shelf => shelf.Records.Count == 0) && !isBegun))
            return Nothing(context, given, others);

        var found = new Found(
            who, kept, all.Select(shelf => shelf.Remark(who)).FirstOrDefault(remark => remark is not null),
            Obstacle(context, all, who, given, isBegun ? null : begun, isTaken: taken is not null), Copies(directory));
        if (!parse.GetValue(EraseThem)) return Print(context, found, "");
        if (found.Obstacle is { } obstacle) throw new IOException(obstacle);
        if (parse.GetValue(DryRun)) return Print(context, found, "Nothing was changed.\n");
        if (!parse.GetValue(Yes))
        {
            var terminal = Terminal.Of(context.Out, context.IsJson);
            if (!terminal.IsThere)
            {
                context.Error.WriteLine("Nobody is there to be asked. Look first, with --dry-run; then repeat with --yes.");
                return ExitCode.Usage;
            }

            context.Out.Write(Text(context, found));
            if (!terminal.Confirm("Take login, e-mail address and name out of all of this for good?"))
            {
                context.Out.WriteLine("Nothing was changed.");
                return ExitCode.Fault;
            }
        }

        return await EraseAsync(context, directory, found, all, audit, cancel).ConfigureAwait(false);
    }

    private static async Task<int> EraseAsync<TSettings>(
        WorkerContext<TSettings> context, string directory, Found found, IReadOnlyList<IPersonShelf> all, AuditShelf audit,
        CancellationToken cancel)
    {
        var begun = Path.Combine(directory, BegunName);
        var who = found.Who;
        PrivateFile.Replace(begun, PersonJson.Write(new JsonArray([.. who.Words.Select(word => JsonValue.Create(word))])));
        var erased = all.Select(shelf => (shelf.Name, Count: shelf.TakeOut(who))).ToList();
        audit.Tell(who);
        File.Delete(begun);
        var left = Left(directory, who);
        var copy = await EraseCopyAsync(context, audit.Options, cancel).ConfigureAwait(false);
        if (context.IsJson)
        {
            context.Out.WriteLine(new JsonObject
            {
                ["daemon"] = context.Identity.Daemon,
                ["erased"] = new JsonObject(erased.Select(shelf => KeyValuePair.Create(shelf.Name, (JsonNode?)shelf.Count))),
                ["left"] = List(left),
                ["database"] = copy,
                ["copies"] = List(found.Copies),
            }.ToText());
            return ExitCode.Ok;
        }

        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"Erased in {context.Identity.Daemon}: {string.Join(", ", erased.Select(shelf => $"{shelf.Name} {shelf.Count}"))}. The audit "
            + $"keeps what was decided, without names, and says that this was done.\n");
        if (copy is not null) text.Append("  ").Append(copy).Append('\n');
        foreach (var file in left) text.Append("  Still named in ").Append(file).Append('\n');
        if (left.Count > 0) text.Append("  Where that is settings: take the address out of them, and it goes with the next start.\n");
        AppendCopies(text, found.Copies);
        context.Out.Write(ShownPaths.In(text.ToString()));
        return ExitCode.Ok;
    }

    /// <summary>
    /// What the file has no more, the database of <c>AUDIT_DATABASE</c> is to have no more. Null where there is none. The daemon does the
    /// same when it starts, so that nothing stays there because it could not be reached.
    /// </summary>
    private static async Task<string?> EraseCopyAsync<TSettings>(
        WorkerContext<TSettings> context, AuditOptions options, CancellationToken cancel)
    {
        if (context.Common.AuditDatabase is not { } connection) return null;
        try
        {
            var database = AuditDatabase.Open(context.AuditDatabase(connection));
            await using (database.ConfigureAwait(false))
            {
                var erased = await database.EraseAsync(AuditErasure.Of(options), cancel).ConfigureAwait(false);
                return $"In the database at {database.Place} {(erased == 1 ? "1 line" : $"{erased} lines")} lost the names, too.";
            }
        }
        catch (AuditCopyException e)
        {
            return $"In the database the names still stand; {context.Identity.Daemon} takes them out when it runs and can. {e.Message}";
        }
    }

    private static StateLock Take<TSettings>(WorkerContext<TSettings> context, string directory) =>
        StateLock.TryTake(directory, out _) ?? throw new IOException(Runs(context));

    private static string Runs<TSettings>(WorkerContext<TSettings> context) =>
        $"{context.Identity.Daemon} runs, and would write it again. Stop it first: sudo systemctl stop {context.Identity.Daemon}";

    private static string? Obstacle<TSettings>(
        WorkerContext<TSettings> context, IReadOnlyList<IPersonShelf> all, PersonIdentity who, string given, string[]? other, bool isTaken)
    {
        if (other is [var first, ..])
            return $"An erasure of {first} was cut off. End it first: sudo {context.Identity.Daemon} person {first} --erase";
        if (all.Select(shelf => shelf.Obstacle(who)).FirstOrDefault(sentence => sentence is not null) is { } waits) return waits;
        if (isTaken) return null;
        using var taken = StateLock.TryTake(context.Common.StateDirectory, out _);
        return taken is null ? Runs(context) : null;
    }

    private static int Nothing<TSettings>(WorkerContext<TSettings> context, string given, IReadOnlyList<string> others) =>
        context.Print(new ControlReply(
            ExitCode.Fault,
            others.Count > 0
                ? $"{VisibleText.Escape(given)} fits more than one account; say which: {VisibleText.Escape(string.Join(", ", others))}"
                : $"{context.Identity.Daemon} keeps nothing of {VisibleText.Escape(given)}. Names are kept for AUDIT_KEEP, uids longer.",
            new JsonObject { ["daemon"] = context.Identity.Daemon, ["others"] = List(others) }.ToText()));

    private static int Print<TSettings>(WorkerContext<TSettings> context, Found found, string end)
    {
        context.Out.Write(ShownPaths.In(context.IsJson ? Json(context, found) + "\n" : Text(context, found) + end));
        return ExitCode.Ok;
    }

    private static string Json<TSettings>(WorkerContext<TSettings> context, Found found) => new JsonObject
    {
        ["daemon"] = context.Identity.Daemon,
        ["person"] = List(found.Who.Words),
        ["kept"] = new JsonObject(found.Kept.Select(shelf => KeyValuePair.Create(shelf.Name, (JsonNode?)shelf.Records))),
        ["remark"] = found.Remark,
        ["obstacle"] = found.Obstacle,
        ["copies"] = List(found.Copies),
    }.ToText();

    private static string Text<TSettings>(WorkerContext<TSettings> context, Found found)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"{context.Identity.Daemon} keeps of {VisibleText.Escape(string.Join(", ", found.Who.Words))}:\n");
        foreach (var (name, records) in found.Kept)
            text.Append(CultureInfo.InvariantCulture, $"  {name,-10} {records.Count} {(records.Count == 1 ? "record" : "records")}\n");
        if (found.Remark is { } remark) text.Append(remark).Append('\n');
        if (found.Obstacle is { } obstacle) text.Append("To erase them: ").Append(obstacle).Append('\n');
        AppendCopies(text, found.Copies);
        return text.ToString();
    }

    private static void AppendCopies(StringBuilder text, IReadOnlyList<string> copies)
    {
        foreach (var copy in copies)
            text.Append(
                CultureInfo.InvariantCulture, $"  Not touched, and may hold them: {copy}; when nobody needs it: sudo rm -r {copy}\n");
    }

    /// <summary>What a restore put aside; it is a backup like any other.</summary>
    private static IReadOnlyList<string> Copies(string directory) => !Directory.Exists(directory) ? [] :
        [.. Directory.EnumerateDirectories(directory, Restoration.BeforePrefix + "*").Order(StringComparer.Ordinal)];

    /// <summary>Files that name them all the same: settings of the last start, or what is none of ours.</summary>
    private static IReadOnlyList<string> Left(string directory, PersonIdentity who) =>
    [
        .. Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
            .Where(path => !Path.GetRelativePath(directory, path).StartsWith(Restoration.BeforePrefix, StringComparison.Ordinal))
            .Where(path => Path.GetFileName(path) != StateLock.FileName && LibC.IsRegularFile(path) && who.IsIn(File.ReadAllText(path)))
            .Order(StringComparer.Ordinal),
    ];

    private static string[]? Begun(string directory)
    {
        if (LibC.ReadOrdinary(Path.Combine(directory, BegunName), MostBegun) is not { } bytes) return null;
        try
        {
            return JsonNode.Parse(bytes) is JsonArray words ? [.. words.Select(word => word!.GetValue<string>())] : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static JsonArray List(IEnumerable<string> items) => [.. items.Select(item => (JsonNode)item)];

    private sealed record Found(
        PersonIdentity Who, IReadOnlyList<(string Name, JsonArray Records)> Kept, string? Remark, string? Obstacle,
        IReadOnlyList<string> Copies);
}
