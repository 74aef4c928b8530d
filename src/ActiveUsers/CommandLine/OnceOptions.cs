using System.CommandLine;

namespace Athena.ActiveUsers.CommandLine;

/// <summary>The options of <c>once</c>.</summary>
internal sealed class OnceOptions
{
    private readonly Option<string?> from = new("--from") { Description = "Begin: 06:00 (today), 2026-11-20, 2026-11-20T06:00, or with an offset; without it, the last window." };
    private readonly Option<string?> to = new("--to") { Description = "End, not included; without it, now." };
    private readonly Option<string?> log = new("--log") { Description = "Another log: a file, file:PATH or journal:UNIT. Grafana is then not asked." };
    private readonly Option<string?> dashboard = new("--dashboard") { Description = "Who opened the dashboard with this uid, and when." };

    public IReadOnlyList<Option> All => [from, to, log, dashboard];

    public OnceArguments Read(ParseResult parse) => new(parse.GetValue(from), parse.GetValue(to), parse.GetValue(log), parse.GetValue(dashboard));
}
