using System.CommandLine;
using Athena.Common.Telemetry.Metrics;

namespace Athena.Workers.Metrics;

/// <summary>The command line of <c>athena-workers metrics</c>.</summary>
internal static class MetricOptions
{
    public static Command Command(IReadOnlyList<string> installed)
    {
        var folder = new Option<string>("--folder")
        {
            Description = "The folder from which node_exporter reads.",
            DefaultValueFactory = _ => MetricLinks.Folder,
            Recursive = true,
        };
        var links = new MetricLinks(installed, MetricFile.Of, TimeProvider.System);
        var metrics = new Command("metrics", "What the daemons count, for Prometheus by way of node_exporter.");
        metrics.Options.Add(folder);
        metrics.Subcommands.Add(Sub(
            "enable", "Links the files of the installed daemons into the folder from which node_exporter reads.", links.Enable));
        metrics.Subcommands.Add(Sub("disable", "Takes these links away; the daemons go on writing.", links.Disable));
        metrics.Subcommands.Add(Sub(
            "show", "What each daemon says now, and whether it is linked.", (where, output, _) => links.Show(where, output)));
        return metrics;

        Command Sub(string name, string help, Func<string, TextWriter, TextWriter, int> act)
        {
            var command = new Command(name, help);
            command.SetAction(parse => act(
                parse.GetRequiredValue(folder), parse.InvocationConfiguration.Output, parse.InvocationConfiguration.Error));
            return command;
        }
    }
}
