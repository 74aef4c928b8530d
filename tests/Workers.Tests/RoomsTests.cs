using System.Text.RegularExpressions;
using Athena.Tests.Shared;

namespace Athena.Workers.Tests;

/// <summary>
/// A folder is a namespace and a room: one capability. Arrows between rooms go one way, from the later to the earlier ones of these lists,
/// so that each can be read with nothing in mind but what stands before it. <c>docs/architecture.md</c> says what is in them.
/// </summary>
internal sealed partial class RoomsTests
{
    /// <summary>By project, the ones that others stand on first. Folders below a room belong to it.</summary>
    private static readonly Dictionary<string, string[]> Rooms = new()
    {
        ["Common"] =
        [
            "Text", "Time", "Files", "Settings", "Telemetry", "Checks", "Network", "Database", "State", "Notify", "Kpis",
            "GrafanaLog", "Grafana/Copies", "Grafana/Api", "Grafana/Annotations", "Grafana/Database", "Grafana/Health",
            "Grafana/Identities", "Grafana/Usage", "Grafana/Probes", "Grafana/Monitoring", "Daemon",
        ],
        ["AutoDisable"] =
        [
            "Evidence", "State", "Telemetry", "Policy", "Notify", "BornLocked", "Watching", "Enforcement", "Simulate", "Drill", "Deciding",
            "CommandLine",
        ],
        ["Compliance"] = ["Policy", "Evidence", "Telemetry", "State", "Hourly", "Notify", "Summaries", "CommandLine"],
        ["Decisions"] = ["Telemetry", "Desk", "Pages", "Web", "CommandLine"],
        ["ActiveUsers"] = ["Pulses", "History", "Access", "Policy", "State", "Telemetry", "Notify", "Evidence", "CommandLine"],
    };

    /// <summary>
    /// What stands beside a daemon's rooms and not above them: who it is, and how it is set up. The rest of its root puts it together.
    /// </summary>
    private static readonly string[] Given =
    [
        "Identity", "AutoDisableSettings", "ComplianceSettings", "WindowSettings", "SummaryPeriod", "ActiveUsersSettings",
        "ActiveUsersOptions",
    ];

    private static readonly string[] FilesAreUsedIn =
    [
        "Common/Time", "Common/Files", "Common/Settings", "Common/Telemetry", "Common/Network", "Common/Database",
        "Common/State", "Common/Notify/Delivery", "Common/GrafanaLog", "Common/Grafana/Api", "Common/Daemon", "Migration",
        "AutoDisable/BornLocked", "AutoDisable/CommandLine", "Compliance/State", "Compliance/CommandLine", "ActiveUsers/History",
        "ActiveUsers/Access",
        "ActiveUsers/CommandLine", "Workers", "Decisions/Web",
    ];

    /// <summary>
    /// What decides asks nothing of the machine; these folders do. (The analyzer for banned symbols has one severity for all of them in a
    /// folder, and so cannot say who may use which.)
    /// </summary>
    private static readonly (string What, string Pattern, string[] Where)[] Edges =
    [
        ("the system's clock", @"\bDateTime(Offset)?\.(UtcNow|Now|Today)\b|\bStopwatch\.|\bEnvironment\.TickCount", []),
        ("processes", @"\bProcess\.Start\b|\bnew Process\b", ["Common/Daemon/Units", "Common/GrafanaLog/Ranges", "Workers"]),
        ("sockets", @"\bnew (Socket|TcpClient|TcpListener|UdpClient|HttpClient|SocketsHttpHandler|ClientWebSocket)\b",
            [
                "Common/Network", "Common/Telemetry", "Common/GrafanaLog/Sources/LokiSource", "Common/Daemon/Control",
                "Common/Grafana/Api", "Decisions/Web",
            ]),
        ("the files of a state", @"\bFileState<(?!object)", ["Common/State", "AutoDisable/State", "Compliance/State", "ActiveUsers/State"]),
        (
            "files",
            @"(?<!\.)\b(File|Directory)\.[A-Z]|\bnew (FileStream|StreamReader|StreamWriter|FileInfo|DirectoryInfo)\b",
            FilesAreUsedIn),
    ];

    private static readonly string Source = Repository.PathOf("src");

    [Test]
    public void Each_file_is_in_the_namespace_of_its_folder()
    {
        var strays = Files("").Where(file => NamespaceOf(file) is { } name && name != $"Athena.{FolderOf(file).Replace('/', '.')}")
            .Select(file => Path.GetRelativePath(Source, file));
        Assert.That(strays, Is.Empty);
    }

    [Test]
    public void Each_folder_is_a_room_that_has_its_place([ValueSource(nameof(Projects))] string project) => Assert.That(
        Files(project).Select(FolderOf).Where(folder => folder != project).Distinct().Where(folder => RoomOf(project, folder) < 0),
        Is.Empty);

    [Test]
    public void No_room_uses_one_that_stands_on_it([ValueSource(nameof(Projects))] string project)
    {
        var types = Files(project).SelectMany(file => TypesOf(file).Select(type => (Room: RoomOf(project, FolderOf(file)), Type: type)))
            .ToLookup(declared => declared.Room, declared => declared.Type);
        List<string> upward = [];
        foreach (var file in Files(project))
        {
            var room = RoomOf(project, FolderOf(file));
            if (room < 0) continue;
            var text = File.ReadAllText(file);
            for (var later = room + 1; later < Rooms[project].Length; later++)
            {
                var name = Rooms[project][later].Replace('/', '.');
                if (Regex.IsMatch(text, $@"^using (static |\w+ = )?Athena\.{project}\.{Regex.Escape(name)}[.;]", RegexOptions.Multiline)
                    || types[later].Any(type => Regex.IsMatch(text, $@"\b{Regex.Escape(name.Split('.')[^1])}(\.\w+)?\.{type}\b")))
                    upward.Add($"{Path.GetRelativePath(Source, file)} uses {name}");
            }
        }

        Assert.That(upward, Is.Empty);
    }

    [Test]
    public void What_puts_a_daemon_together_is_known_to_its_command_line_alone(
        [Values("AutoDisable", "Compliance", "ActiveUsers")] string project)
    {
        var composing = Files(project).Where(file => FolderOf(file) == project).SelectMany(TypesOf).Except(Given).ToList();
        Assert.That(composing, Is.Not.Empty);
        var users = Files(project)
            .Where(file => FolderOf(file) is var folder && folder != project && !folder.EndsWith("/CommandLine", StringComparison.Ordinal))
            .SelectMany(file => composing.Where(type => Regex.IsMatch(Code(file), $@"\b{type}\b"))
                .Select(type => $"{Path.GetRelativePath(Source, file)} uses {type}"));
        Assert.That(users, Is.Empty);
    }

    [Test]
    public void What_is_of_the_machine_is_used_where_it_belongs_and_nowhere_else(
        [ValueSource(nameof(Edges))] (string What, string Pattern, string[] Where) edge)
    {
        var users = Files("").Where(file => Regex.IsMatch(Code(file), edge.Pattern))
            .ToLookup(file => edge.Where.FirstOrDefault(folder => $"{FolderOf(file)}/".StartsWith($"{folder}/", StringComparison.Ordinal)));
        Assert.Multiple(() =>
        {
            Assert.That(users[null].Select(file => Path.GetRelativePath(Source, file)), Is.Empty, $"use {edge.What}");
            Assert.That(edge.Where.Where(folder => !users[folder].Any()), Is.Empty, $"may use {edge.What}, and do not");
        });
    }

    private static IEnumerable<string> Projects() => Rooms.Keys;

    private static IEnumerable<string> Files(string project) => Directory.EnumerateFiles(
        Path.Combine(Source, project), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    private static string FolderOf(string file) => Path.GetRelativePath(Source, Path.GetDirectoryName(file)!);

    private static string? NamespaceOf(string file) =>
        Declared().Match(File.ReadAllText(file)) is { Success: true } found ? found.Groups[1].Value : null;

    /// <summary>A file holds one subject: the type it is named after, and the small ones that belong to that.</summary>
    private static IEnumerable<string> TypesOf(string file) =>
        Type().Matches(File.ReadAllText(file)).Select(found => found.Groups[1].Value).Distinct();

    private static int RoomOf(string project, string folder) =>
        Array.FindIndex(Rooms[project], room => $"{folder}/".StartsWith($"{project}/{room}/", StringComparison.Ordinal));

    /// <summary>Without comments: a sentence may speak of anything.</summary>
    private static string Code(string file) => Comment().Replace(File.ReadAllText(file), "");

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Declared();

    [GeneratedRegex(@"^(?! )[\w ]*\b(?:class|record|struct|interface|enum|delegate [\w<>?]+) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Type();

    [GeneratedRegex("//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
