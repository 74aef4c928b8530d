using System.Text;
using Row = Athena.Common.Grafana.Api.Route;

namespace Athena.Sandbox.Contract;

/// <summary>
/// How the recordings fall apart into independent blocks. A replay shuffles them, so that nothing can pass by answering what comes next.
/// </summary>
internal static class ContractPlan
{
    public const string Api = "grafana-api";
    public const string Attacks = "attacks";
    public const string SingleSignOn = "single-sign-on";

    /// <summary>Each route of our programs with odd ids, and who may use it.</summary>
    public const string Routes = "routes";

    /// <summary>A server admin who is Viewer, then Admin, of its organisations.</summary>
    public const string Platform = "platform";

    /// <summary>What docs/grafana.md tells of our routes without a recorded body: the status alone.</summary>
    public const string Told = "told";

    public const string SignOn = "single sign-on";
    public const string BackInOrganisation = "single sign-on after removal";
    public const string FlagInDatabase = "the flag in the database";

    private const string People = "people";
    private const string Dashboards = "dashboards";

    public static IReadOnlyList<string> Recordings { get; } = [Api, Attacks, SingleSignOn, Routes, Platform, Told];

    public static IReadOnlyList<Block> Blocks { get; } =
    [
        new(Api, 0, 0), new(Api, 1, 1), new(Api, 2, 2),
        new(Api, 3, 10) { Name = People },
        new(Api, 11, 15) { Name = Dashboards },
        .. Singles(Api, 16, 20, Dashboards),
        .. Singles(Api, 21, 36, People),
        new(Api, 37, 65, People, Dashboards) { Name = "self-registration" },
        .. Triples(66, 125, Dashboards),
        new(Api, 126, 126),
        new(Api, 127, 141, Dashboards),
        new(Api, 142, 146),
        new(Api, 147, 156, Dashboards, "self-registration"),
        new(Api, 157, 157),
        new(Api, 158, 159, People, "self-registration"),
        new(Api, 160, 160),
        new(Api, 161, 162, "66") { Name = "rename" },
        new(Api, 163, 168, "69"),
        new(Api, 169, 170, "rename"),
        .. Singles(Api, 171, 174),
        new(Api, 175, 181, [People, .. Enumerable.Range(21, 16).Select(n => $"{n}")]),
        new(Api, 182, 182),
        new(Api, 183, 189, People),
        new(Api, 190, 218, People, Dashboards),
        new(Api, 219, 219),
        new(Attacks, 0, 14),
        .. Singles(Attacks, 15, 29),
        new(Attacks, 30, 36),
        new(Attacks, 37, 40),
        new(Attacks, 41, 55),
        new(Attacks, 56, 58),
        .. Singles(Attacks, 59, 60),
        new(SingleSignOn, 0, 25) { Name = SignOn },
        new(SingleSignOn, 26, 30) { Name = "public" },
        new(SingleSignOn, 31, 36, SignOn) { Name = BackInOrganisation },
        new(SingleSignOn, 37, 46, BackInOrganisation) { Name = FlagInDatabase },
        new(Routes, 0, 109),
        .. Singles(Routes, 110, 301),
        new(Platform, 0, 23),
        .. Singles(Told, 0, 5),
        new(Told, 6, 7),
        new(Told, 8, 8),
    ];

    /// <summary>All exchanges that ask what a row of the table of routes asks.</summary>
    public static IReadOnlyList<RecordedExchange> Of(Row row) =>
    [
        .. Blocks.SelectMany(block => RecordedExchange.Load(block.Recording).Skip(block.From).Take(block.To - block.From + 1))
            .Where(exchange =>
            row.Fits(Encoding.UTF8.GetBytes(exchange.Method), Encoding.UTF8.GetBytes(exchange.Path.Split('?')[0]))),
    ];

    /// <summary>
    /// A random order in which each block comes after those that it needs. The folder and its dashboards come first: a role's permissions
    /// are kept for up to a minute, and until then viewers are refused (docs/grafana.md §10).
    /// </summary>
    public static IReadOnlyList<Block> Shuffle(Random random)
    {
        var waiting = Blocks.ToList();
        var order = new List<Block>();
        var done = new HashSet<string>(StringComparer.Ordinal);
        while (waiting.Count > 0)
        {
            var ready = waiting.Where(b => b.After.All(done.Contains)).ToArray();
            var next = ready.FirstOrDefault(b => b.Name == Dashboards) ?? ready[random.Next(ready.Length)];
            waiting.Remove(next);
            order.Add(next);
            if (next.Recording != Attacks) done.Add(next.Name);
        }

        return order;
    }

    private static IEnumerable<Block> Singles(string recording, int from, int to, params string[] after) =>
        Enumerable.Range(from, to - from + 1).Select(n => new Block(recording, n, n, after));

    /// <summary>Sign-up in two steps and a first look at a dashboard, for each odd name.</summary>
    private static IEnumerable<Block> Triples(int from, int to, params string[] after) =>
        Enumerable.Range(0, (to - from + 1) / 3).Select(n => new Block(Api, from + (3 * n), from + (3 * n) + 2, after));
}
