using System.CommandLine;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Kpis;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Notify.Documents;
using Athena.Common.Settings;
using Athena.Common.Text;

namespace Athena.Workers;

/// <summary><c>athena-workers report</c>: the key figures of a span, put together of what each daemon knows.</summary>
/// <param name="daemons">Those that are asked.</param>
/// <param name="source">The settings of a daemon, by its name.</param>
internal sealed class KeyFigures(IDaemons daemons, Func<string, SettingsSource> source, TimeProvider time)
{
    public Command Command()
    {
        var output = new Option<string>("--output", "-o") { Description = "text, json or html.", DefaultValueFactory = _ => "text" };
        output.AcceptOnlyFromAmong("text", "json", "html");
        var command = new Command(
            "report", "The key figures of the platform: each with its target, how much of the time is known, and how it was made.");
        foreach (var option in (Option[])[KpiCommand.Last, KpiCommand.From, KpiCommand.To, output]) command.Options.Add(option);
        command.SetAction((parse, cancel) => RunAsync(
            parse.GetValue(KpiCommand.Last), parse.GetValue(KpiCommand.From), parse.GetValue(KpiCommand.To), parse.GetValue(output)!,
            parse.InvocationConfiguration.Output, parse.InvocationConfiguration.Error, cancel));
        return command;
    }

    /// <returns>0 where each that is installed has told its part; else why not, and what the others know is shown.</returns>
    /// <exception cref="UsageException">The span is none.</exception>
    public async Task<int> RunAsync(
        string? last, string? from, string? to, string output, TextWriter writer, TextWriter error, CancellationToken cancel)
    {
        if (daemons.Names.Count == 0)
        {
            await error.WriteLineAsync(Overview.NoneInstalled).ConfigureAwait(false);
            return ExitCode.Fault;
        }

        var settings = source(daemons.Names[0]);
        var zone = ZoneSetting.Text(settings).Zone;
        var span = KpiSpan.Parse(last, from, to, zone, time.GetUtcNow());
        Dictionary<string, KpiPart> parts = [];
        Dictionary<string, string> problems = [];
        var code = ExitCode.Ok;
        foreach (var name in daemons.Names)
        {
            var answer = await daemons.AskAsync(name, ["kpi", .. Given("--last", last), .. Given("--from", from), .. Given("--to", to),
                "--output", "json"], cancel).ConfigureAwait(false);
            if (answer.ExitCode == ExitCode.Ok && KpiPart.Parse(answer.Output) is { } part)
            {
                parts[name] = part;
                continue;
            }

            code = answer.ExitCode == ExitCode.NotPermitted ? ExitCode.NotPermitted : ExitCode.Fault;
            problems[name] = $"{name} cannot tell its part: {VisibleText.Escape(answer.Words)}";
            await error.WriteLineAsync(problems[name]).ConfigureAwait(false);
        }

        if (parts.Count == 0) return code;
        var report = KpiReport.Of(
            span.From, span.To, zone, parts, name => problems.GetValueOrDefault(name) ?? $"{name} is not installed here.");
        var brand = BrandOf(settings);
        await writer.WriteLineAsync(output switch
        {
            "json" => report.ToJson(),
            "html" => KpiPage.ToHtml(report, brand),
            _ => KpiDocument.ToText(report, brand),
        }).ConfigureAwait(false);
        return code;
    }

    private static string[] Given(string option, string? value) => value is null ? [] : [option, value];

    /// <summary>What is faulty there is said by check; here it has its default.</summary>
    private static Brand BrandOf(SettingsSource settings)
    {
        var reader = new SettingsReader(settings);
        return MailSettings.Brand(reader, MailSettings.Smtp(reader, isNeeded: false));
    }
}
