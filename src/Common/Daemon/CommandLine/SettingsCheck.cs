using System.Text;
using Athena.Common.Checks;
using Athena.Common.Settings;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>The part of <c>check</c> that looks at the settings themselves.</summary>
internal static class SettingsCheck
{
    /// <summary>What systemd starts to tell that a daemon failed, that it fails again and again, and that it holds.</summary>
    private static readonly string[] Tellers = ["failed", "crashing", "holds"];

    /// <param name="reader">What was set.</param>
    /// <param name="report">Is told what was found.</param>
    /// <param name="identity">The daemon.</param>
    /// <param name="units">Where drop-ins lie.</param>
    public static void Run(SettingsReader reader, CheckReport report, WorkerIdentity identity, string units = "/etc/systemd/system")
    {
        foreach (var problem in reader.Problems)
            report.Fail(
                problem.ToString(),
                $"Set {problem.Key} in {SettingsPlace.Of(identity.Daemon, problem.Origin)}; see: man {identity.Daemon}",
                problem.Key);
        foreach (var remark in reader.Remarks)
            report.Warn(remark.What, remark.Remedy);
        CheckTellers(reader, report, identity, units);
        if (reader.Problems.Count == 0)
            report.Ok(
                $"Settings: {reader.Registered.Count(s => s.Given is not null)} given, {reader.Registered.Count(s => s.Given is null)} "
                + "by default");
    }

    /// <summary>
    /// What only whoever reads the files can say, with the file and the line: a service knows of them what systemd made of them.
    /// </summary>
    public static void RunOnFiles(SettingsReader reader, CheckReport report)
    {
        foreach (var (path, finding) in reader.Source.Findings)
            report.Warn($"{path} line {finding.Line}: {finding.What}", finding.Remedy);
        foreach (var unknown in reader.Unknown)
            report.Warn(unknown.ToString(), "Correct or remove it.");
    }

    /// <summary>A credential reaches the service that loads it and no other: without a drop-in of their own they could not mail.</summary>
    private static void CheckTellers(SettingsReader reader, CheckReport report, WorkerIdentity identity, string units)
    {
        foreach (var key in reader.Registered.Where(s => s.Origin.StartsWith("credential ", StringComparison.Ordinal)).Select(s => s.Key)
            .Where(key => key.StartsWith("SMTP_", StringComparison.Ordinal) || key.StartsWith("TELEGRAM_", StringComparison.Ordinal)))
        {
            var without = Tellers.Where(teller => !DropIns(units, $"athena-workers-{teller}@", identity.Daemon)
                .Any(text => text.Contains(key, StringComparison.OrdinalIgnoreCase))).ToList();
            if (without.Count == 0) continue;
            var dropIns = without.Select(teller => $"{units}/athena-workers-{teller}@{identity.Daemon}.service.d");
            report.Warn(
                $"{key} is a credential of this service alone: when it fails, "
                + $"athena-workers-{string.Join(", -", without)}@{identity.Daemon} cannot tell anybody",
                $"Copy the drop-in also to {string.Join(" and ", dropIns)}, see credentials.conf among the examples.");
        }
    }

    /// <summary>Those of the instance and those of all instances (systemd.unit(5)), as far as they may be read.</summary>
    private static IEnumerable<string> DropIns(string units, string template, string daemon)
    {
        try
        {
            return [.. new[] { $"{units}/{template}{daemon}.service.d", $"{units}/{template}.service.d" }.Where(Directory.Exists)
                .SelectMany(folder => Directory.EnumerateFiles(folder, "*.conf")).Select(File.ReadAllText)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>One line for each setting, in the order in which they are read.</summary>
    public static string Show(SettingsReader reader)
    {
        var width = reader.Registered.Max(s => s.Key.Length);
        var text = new StringBuilder();
        foreach (var setting in reader.Registered)
            text.Append(setting.Key.PadRight(width)).Append(" = ").Append(setting.Shown).Append("   [")
                .Append(setting.Origin).Append("]\n");
        return text.ToString();
    }
}
