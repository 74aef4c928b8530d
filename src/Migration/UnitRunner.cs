using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Athena.Common.Checks;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Units;
using Athena.Common.Settings;
using Athena.Common.Text;

namespace Athena.Migration;

/// <summary>Commands of the daemon that run with the user, the settings and the sandbox of its unit.</summary>
internal sealed class UnitRunner(string daemon, IServiceManager systemd, Func<IReadOnlyList<string>> dropIns, Func<bool> hasState)
{
    /// <summary>Whether all that the daemon needs works; warnings are told and no hindrance.</summary>
    /// <param name="report">Is told what was found.</param>
    /// <param name="toBeSet">Settings that would be there by then, in a dry run.</param>
    /// <param name="isShown">What it finds was shown a moment ago: only what fails is told.</param>
    /// <param name="cancel">Ends the check.</param>
    /// <returns><see cref="ExitCode.Ok"/>; <see cref="ExitCode.Configuration"/> where a setting must be another one; else
    /// <see cref="ExitCode.Fault"/>.</returns>
    public async Task<int> CheckAsync(ChangeReport report, IReadOnlyList<string> toBeSet, bool isShown, CancellationToken cancel)
    {
        var result = await systemd.RunAsUnitAsync(["check", "--for-take-over", "--output", "json"], dropIns(), hasState(), cancel)
            .ConfigureAwait(false);
        IReadOnlyList<CheckFinding> findings;
        try
        {
            findings = result.ExitCode is null ? [] : CheckReport.Parse(result.Output);
        }
        catch (JsonException)
        {
            findings = [];
        }

        if (findings.Count == 0)
        {
            report.Fail($"check cannot be run as the unit would: {Words(result)}",
                $"Look: systemd-analyze verify {daemon}.service, and /usr/share/doc/athena-workers/troubleshooting.md");
            return ExitCode.Fault;
        }

        var missing = findings.Where(f =>
            f.Outcome == CheckOutcome.Failed && toBeSet.Any(key => f.What.StartsWith(key + ": is needed", StringComparison.Ordinal)))
                .ToList();
        findings = [.. findings.Except(missing)];
        foreach (var finding in findings.Where(f =>
            f.Outcome == CheckOutcome.Failed || (!isShown && f.Outcome != CheckOutcome.Ok))) report.Take(finding);
        if (findings.Any(f => f.Outcome == CheckOutcome.Failed))
            return findings.Any(f => f is { Outcome: CheckOutcome.Failed, Setting: not null }) ? ExitCode.Configuration : ExitCode.Fault;
        if (missing.Count > 0)
        {
            report.Warn(
                "What else the daemon needs cannot be looked at before "
                + $"{string.Join(" and ", missing.Select(f => f.What.Split(':')[0]))} are set");
            return ExitCode.Ok;
        }

        report.Ok($"check, with the unit's own user and sandbox: {findings.Count(f => f.Outcome == CheckOutcome.Ok)} things work");
        return ExitCode.Ok;
    }

    /// <summary>One piece of the daemon's work, without consequences.</summary>
    public async Task<bool> TryAsync(IReadOnlyList<string> trial, ChangeReport report, CancellationToken cancel)
    {
        if (trial.Count == 0) return true;
        var command = $"{daemon} {string.Join(' ', trial)}";
        var result = await systemd.RunAsUnitAsync([.. trial, "--output", "json"], dropIns(), hasState(), cancel).ConfigureAwait(false);
        if (result.ExitCode == ExitCode.Ok) report.Ok($"{command}, without consequences: {Read(result.Output)}");
        else report.Fail(
                $"{command}: {(Words(result) is { Length: > 0 } words ? words : Read(result.Output))}", $"Try it: sudo {command}");
        return result.ExitCode == ExitCode.Ok;
    }

    /// <summary>What a trial read, of the JSON of <c>once</c>: on a new host a log that begins late is nothing to mend.</summary>
    internal static string Read(string output)
    {
        try
        {
            var (window, coverage) = (JsonNode.Parse(output)!["window"]!, JsonNode.Parse(output)!["coverage"]!);
            var whys = coverage["gaps"]!.AsArray().Select(gap => gap!["why"]!.GetValue<string>()).Distinct().Take(3);
            return $"the log from {Clock(window["from"]!)} to {Clock(window["to"]!)} was read, {coverage["linesRead"]} lines"
                + (coverage["complete"]!.GetValue<bool>()
                    ? ""
                    : $". Not all of that time is in it: {VisibleText.Escape(string.Join("; ", whys))}. That is so on a new host: the "
                        + "daemon says of such a time that it was not seen, and never that nobody was there");
        }
        catch (Exception e) when (e is JsonException or NullReferenceException or InvalidOperationException or FormatException)
        {
            return "it did";
        }

        static string Clock(JsonNode time) =>
            DateTimeOffset.Parse(time.GetValue<string>(), CultureInfo.InvariantCulture).ToString("HH:mm", CultureInfo.InvariantCulture);
    }

    /// <exception cref="MigrationFailedException">It could not be run.</exception>
    public async Task<AdoptionReply> AdoptAsync(Adoption adoption, CancellationToken cancel)
    {
        List<string> arguments = [AdoptCommand.Adopt, "--by", adoption.By];
        if (adoption.Before is { } before) arguments.AddRange(["--before", before]);
        if (adoption.All) arguments.Add("--all");
        if (adoption.HasOldGuard) arguments.Add("--has-old-guard");
        if (adoption.IsPreview) arguments.Add("--preview");
        var result = await systemd.RunAsUnitAsync(arguments, dropIns(), !adoption.IsPreview || hasState(), cancel).ConfigureAwait(false);
        try
        {
            if (JsonSerializer.Deserialize(result.Output, AdoptJson.Default.AdoptionReply) is { Text: not null } reply) return reply;
        }
        catch (JsonException)
        {
            // It ended before it could answer; what it said is told below.
        }

        throw new MigrationFailedException($"{daemon} could not take over what was there: {Words(result)}", $"Look: sudo {daemon} check");
    }

    /// <summary>Whom the daemon let in. What cannot be told is no hindrance to a change of guards.</summary>
    /// <param name="arguments">More than the bare question: who is to be enabled.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<LetInReply> LetInAsync(IReadOnlyList<string> arguments, CancellationToken cancel)
    {
        try
        {
            var result = await systemd.RunAsUnitAsync([AdoptCommand.LetIn, .. arguments], dropIns(), hasState(), cancel)
                .ConfigureAwait(false);
            return JsonSerializer.Deserialize(result.Output, AdoptJson.Default.LetInReply) is { People: not null } reply
                ? reply
                : new LetInReply([], Words(result));
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return new LetInReply([], e.Message);
        }
    }

    /// <summary>For the audit. Nothing hangs on it: what was done was done.</summary>
    public async Task NoteAsync(string what, string text, string by, ChangeReport report)
    {
        try
        {
            var result = await systemd.RunAsUnitAsync([AdoptCommand.Note, what, text, "--by", by], dropIns(), true, CancellationToken.None)
                .ConfigureAwait(false);
            if (result.ExitCode != ExitCode.Ok) report.Warn($"The audit does not have this: {Words(result)}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            report.Warn($"The audit does not have this: {e.Message}");
        }
    }

    private static string Words(TaskResult result) =>
        string.Join(" ", result.Error.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).TakeLast(6))
            is { Length: > 0 } words ? words
        : result.ExitCode is { } code ? $"exit code {code}" : "";
}
