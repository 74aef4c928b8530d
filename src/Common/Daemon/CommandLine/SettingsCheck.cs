using System.Text;
using Athena.Common.Checks;
using Athena.Common.Settings;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>The part of <c>check</c> that looks at the settings themselves.</summary>
internal static class SettingsCheck
{
    /// <summary>What systemd starts to tell that a daemon failed, that it fails again and again, and that it holds.</summary>
    private static readonly string[] Tellers = ["failed", "crashing", "holds"];

    /// <summary>Asks for what is needed, and starts what is installed.</summary>
    public const string Setup = $"sudo {WorkerIdentity.Platform} setup";

    /// <summary>A fresh host: what the daemon has been given is what systemd made for it.</summary>
    public static bool IsNothingSet(SettingsReader reader) => reader.Registered.All(setting =>
        string.IsNullOrWhiteSpace(setting.Given?.Text) || setting.Given.Origin.EndsWith("_DIRECTORY", StringComparison.Ordinal));

    /// <param name="reader">What was set.</param>
    /// <param name="report">Is told what was found.</param>
    /// <param name="identity">The daemon.</param>
    /// <param name="units">Where drop-ins lie.</param>
    public static void Run(SettingsReader reader, CheckReport report, WorkerIdentity identity, string units = "/etc/systemd/system")
    {
        if (reader.Problems.Count > 0 && IsNothingSet(reader))
            report.Fail($"Nothing is set for {identity.Daemon} yet", $"To set it up: {Setup}");
        foreach (var problem in reader.Problems)
            report.Fail(problem.ToString(), Remedy(reader, problem, identity.Daemon), problem.Key);
        foreach (var remark in reader.Remarks)
            report.Warn(remark.What, remark.Remedy);
        CheckTellers(reader, report, identity, units);
        if (reader.Problems.Count == 0)
            report.Ok(
                $"Settings: {reader.Registered.Count(s => s.Given is not null)} given, {reader.Registered.Count(s => s.Given is null)} "
                + "by default");
    }

    /// <summary>What is missing is asked for by <see cref="Setup"/>; what is wrong a person knows best.</summary>
    private static string Remedy(SettingsReader reader, SettingsProblem problem, string daemon)
    {
        var set = $"Set {problem.Key} in {SettingsPlace.Of(daemon, problem.Origin)}";
        return string.IsNullOrWhiteSpace(reader.Registered.FirstOrDefault(setting => setting.Key == problem.Key)?.Given?.Text)
            ? $"{set}, or be asked for what is missing: {Setup}"
            : $"{set}; what each setting means: {daemon} print settings";
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
