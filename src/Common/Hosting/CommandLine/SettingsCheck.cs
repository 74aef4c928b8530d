using System.Text;

namespace Athena.Common.Hosting;

/// <summary>The part of <c>check</c> that looks at the settings themselves.</summary>
internal static class SettingsCheck
{
    public static void Run(SettingsReader reader, CheckReport report, WorkerIdentity identity)
    {
        foreach (var problem in reader.Problems)
            report.Fail(problem.ToString(), $"Set {problem.Key} in /etc/default/{identity.Daemon}, see docs/configuration.md.");
        foreach (var (path, finding) in reader.Source.Findings)
            report.Warn($"{path} line {finding.Line}: {finding.What}", finding.Remedy);
        // Before a take-over that is told already, with the file and the line, which a service does not know.
        foreach (var unknown in report.IsBeforeTakeOver ? [] : reader.Unknown)
            report.Warn(unknown.ToString(), "Correct or remove it.");
        if (reader.Problems.Count == 0)
            report.Ok($"Settings: {reader.Registered.Count(s => s.Given is not null)} given, {reader.Registered.Count(s => s.Given is null)} by default");
    }

    /// <summary>One line for each setting, in the order in which they are read.</summary>
    public static string Show(SettingsReader reader)
    {
        var width = reader.Registered.Max(s => s.Key.Length);
        var text = new StringBuilder();
        foreach (var setting in reader.Registered)
            text.Append(setting.Key.PadRight(width)).Append(" = ").Append(setting.Shown).Append("   [").Append(setting.Origin).Append("]\n");
        return text.ToString();
    }
}
