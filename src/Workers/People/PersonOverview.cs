using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Files;
using Athena.Common.Settings;
using Athena.Common.Text;

namespace Athena.Workers.People;

/// <summary>
/// <c>athena-workers person</c>: what all daemons keep of somebody. One knows a login and another an address: each is asked again with what
/// the others have said.
/// </summary>
/// <param name="daemons">Those that are asked.</param>
/// <param name="terminal">Whoever may be asked.</param>
/// <param name="isRoot">Whether this process may read what they keep.</param>
/// <param name="backups">The folder below which backups lie, <c>/var/backups</c>.</param>
/// <param name="output">For what was asked for.</param>
/// <param name="error">For why it cannot be had.</param>
internal sealed class PersonOverview(
    IDaemons daemons, Terminal terminal, bool isRoot, string backups, TextWriter output, TextWriter error)
{
    /// <summary>A login leads to an account, and that to all else that it went by.</summary>
    private const int Rounds = 3;

    /// <summary>What no command of ours reaches.</summary>
    private static readonly string[] Elsewhere =
    [
        "mails that were sent, at their recipients and the mail server", "messages in the Telegram chat",
        "the journal (journalctl), for as long as journald keeps it", "Grafana's log, and Grafana's own list of users",
        "annotations with a login on Grafana's dashboards (GRAFANA_ANNOTATIONS=names): delete those there, they have the tag athena",
        "backups of this host",
    ];

    private readonly Dictionary<string, JsonObject> found = [];
    private string[] words = [];

    /// <returns>0 when it was done; 1 when nothing is kept, or something stands in its way, which is said.</returns>
    public async Task<int> RunAsync(PersonOptions options, CancellationToken cancel)
    {
        if (!isRoot)
            return End(ExitCode.NotPermitted, $"Only root may read what is kept of somebody: sudo athena-workers person {options.Who}");
        if (daemons.Names.Count == 0) return End(ExitCode.Fault, Overview.NoneInstalled);
        if (options.Erases && !options.IsDryRun && !options.Yes && !terminal.IsThere)
            return End(ExitCode.Usage, "Nobody is there to be asked. Look first, with --dry-run; then repeat with --yes.");
        for (var round = 0; round < Rounds; round++)
        {
            var before = words.Length;
            foreach (var name in daemons.Names)
                if (await AskAsync(name, options.Who, cancel).ConfigureAwait(false) is { } code) return code;
            if (words.Length == before) break;
        }

        if (found.Count == 0)
            return End(
                ExitCode.Fault, $"Nothing is kept of {VisibleText.Escape(options.Who)}. Names are kept for AUDIT_KEEP, uids longer.");
        if (options.Export is { } path) return Export(path);
        await output.WriteAsync(Text()).ConfigureAwait(false);
        return options.Erases ? await EraseAsync(options, cancel).ConfigureAwait(false) : ExitCode.Ok;
    }

    /// <summary>Null when it has answered, also that it keeps nothing; else why nothing can be said at all.</summary>
    private async Task<int?> AskAsync(string name, string who, CancellationToken cancel)
    {
        var answer = await daemons.AskAsync(name, ["person", who, "--output", "json", .. Known], cancel).ConfigureAwait(false);
        if (answer.ExitCode is not (ExitCode.Ok or ExitCode.Fault) || Parsed(answer.Output) is not { } json)
            return End(
                answer.ExitCode == ExitCode.Ok ? ExitCode.Fault : answer.ExitCode, $"{name} cannot say what it keeps: {answer.Words}");
        if (json["others"] is JsonArray { Count: > 0 } others)
            return End(
                ExitCode.Fault,
                $"{VisibleText.Escape(who)} fits more than one account; say which: "
                + VisibleText.Escape(string.Join(", ", others.Select(other => other!.GetValue<string>()))));
        if (json["person"] is not JsonArray person) return null;
        found[name] = json;
        words = [.. words.Union(person.Select(word => word!.GetValue<string>()))];
        return null;
    }

    private IEnumerable<string> Known => words.Select(word => "--known=" + word);

    private int Export(string path)
    {
        var document = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["person"] = List(words),
            ["daemons"] = new JsonObject(found.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)new JsonObject
            {
                ["kept"] = one.Value["kept"]?.DeepClone(),
                ["copies"] = one.Value["copies"]?.DeepClone(),
            }))),
            ["backups"] = List(Backups()),
            ["elsewhere"] = List(Elsewhere),
        }.ToText() + "\n");
        if (path == "-")
        {
            output.Write(Encoding.UTF8.GetString(document));
            return ExitCode.Ok;
        }

        if (File.Exists(path)) return End(ExitCode.Fault, $"{path} is there already; name a new file.");
        try
        {
            PrivateFile.Replace(path, document);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return End(ExitCode.Fault, $"{path} cannot be written: {e.Message}");
        }

        output.Write(
            $"What is kept is in {path}, for root alone. It names other people, too, where they decided about this one.\n{NotTouched()}");
        return ExitCode.Ok;
    }

    /// <summary>The daemon that knows most comes last: what was cut off before it can be found again by what it still keeps.</summary>
    private async Task<int> EraseAsync(PersonOptions options, CancellationToken cancel)
    {
        if (found.Values.Any(one => one["obstacle"] is not null)) return End(ExitCode.Fault, "Nothing was erased.");
        if (options.IsDryRun)
        {
            await output.WriteLineAsync("Nothing was changed.").ConfigureAwait(false);
            return ExitCode.Ok;
        }

        if (!options.Yes && !terminal.Confirm("Take login, e-mail address and name out of all of this for good?"))
            return End(ExitCode.Fault, "Nothing was changed.");
        foreach (var name in daemons.Names.Reverse().Where(found.ContainsKey))
        {
            var answer = await daemons.AskAsync(name, ["person", options.Who, "--erase", "--yes", .. Known], cancel).ConfigureAwait(false);
            if (answer.ExitCode != ExitCode.Ok)
                return End(
                    answer.ExitCode,
                    $"{name} did not end it: {answer.Words} What is erased is erased: mend that, then repeat this command.");
            await output.WriteAsync(answer.Output).ConfigureAwait(false);
        }

        await output.WriteAsync($"{NotTouched()}To start them again: sudo systemctl start {string.Join(' ', daemons.Names)}\n")
            .ConfigureAwait(false);
        return ExitCode.Ok;
    }

    private string Text()
    {
        var text = new StringBuilder($"{VisibleText.Escape(string.Join(", ", words))}\n");
        foreach (var (name, one) in found)
        {
            var counts = one["kept"]!.AsObject().Select(shelf => $"{shelf.Key} {shelf.Value!.AsArray().Count}");
            text.Append($"  {name,-22}{string.Join(", ", counts)}\n");
        }

        foreach (var sentence in found.Values.SelectMany(one => new[] { one["remark"], one["obstacle"] }))
            if (sentence is not null) text.Append(VisibleText.Escape(sentence.GetValue<string>())).Append('\n');
        foreach (var copy in found.Values.SelectMany(one => one["copies"]!.AsArray()))
            text.Append("What a restore put aside may hold them, too: ").Append(VisibleText.Escape(copy!.GetValue<string>())).Append('\n');
        return text.ToString();
    }

    private string NotTouched()
    {
        var text = new StringBuilder($"Not touched: {string.Join("; ", Elsewhere)}.\n");
        var kept = Backups();
        if (kept.Count > 0) text.Append("Backups that may hold them; delete those that nobody needs:\n");
        foreach (var backup in kept) text.Append("  ").Append(VisibleText.Escape(backup)).Append('\n');
        return text.ToString();
    }

    /// <summary>Where the packages and the timer among the examples put them.</summary>
    private IReadOnlyList<string> Backups() =>
    [
        .. daemons.Names.Prepend("athena-workers").Select(name => Path.Combine(backups, name)).Prepend(backups).Where(Directory.Exists)
            .SelectMany(folder => daemons.Names.SelectMany(name => Directory.EnumerateFiles(folder, $"{name}-*.tar.gz")))
            .Order(StringComparer.Ordinal),
    ];

    private static JsonObject? Parsed(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonArray List(IEnumerable<string> items) => [.. items.Select(item => (JsonNode)item)];

    private int End(int code, string sentence)
    {
        error.WriteLine(sentence);
        return code;
    }
}

/// <summary>What is to be done about somebody; without any of it, what is kept is counted.</summary>
/// <param name="Who">As a daemon's <c>person</c> takes it.</param>
/// <param name="Export">Where all of it goes as JSON, <c>-</c> for standard output; null for nowhere.</param>
/// <param name="Erases">Takes login, address and name out of all of it.</param>
internal sealed record PersonOptions(string Who, string? Export, bool Erases)
{
    public bool IsDryRun { get; init; }

    /// <summary>Erases without a question.</summary>
    public bool Yes { get; init; }

    /// <summary>The command, with its options.</summary>
    public static Command Command(Func<PersonOptions, InvocationConfiguration, CancellationToken, Task<int>> act)
    {
        var who = new NamedArgument("who", "email:lindiwe@hospital.example")
        {
            Description = "uid:…, id:…, login:…, email:…, or a word that fits one account only.",
        };
        var export = new Option<string?>("--export") { Description = "All of it as JSON into this new file; - for standard output." };
        var erase = new Option<bool>("--erase")
        {
            Description = "Take login, e-mail address and name out of all of it, while the daemons are stopped; shows it and asks.",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would be erased, and do nothing." };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask." };
        var command = new Command("person", "Shows what all of them keep of somebody, hands it over, or erases who it is.");
        command.Arguments.Add(who);
        foreach (var option in (Option[])[export, erase, dryRun, yes]) command.Options.Add(option);
        command.Excludes(export, erase);
        foreach (var option in (Option[])[dryRun, yes]) command.Needs(option, erase);
        ArgumentRules.ForbidEmpty(command);
        command.SetAction((parse, cancel) => act(
            new PersonOptions(parse.GetRequiredValue(who), parse.GetValue(export), parse.GetValue(erase))
            {
                IsDryRun = parse.GetValue(dryRun),
                Yes = parse.GetValue(yes),
            },
            parse.InvocationConfiguration, cancel));
        return command;
    }
}
