namespace Athena.Common.Hosting.TakeOver;

/// <summary>What of a settings file, perhaps one that a script used before, the daemon understands, and what not.</summary>
internal static class SettingsReview
{
    private const string Folder = "/etc/default/";

    public static void Run(SettingsReader reader, string daemon, ChangeReport report)
    {
        foreach (var path in (string[])[Folder + daemon, Folder + WorkerIdentity.Platform])
        {
            var understood = reader.Registered.Where(s => s.Given is { Text.Length: > 0 } given && given.Origin.StartsWith(path + ":", StringComparison.Ordinal)).Select(s => s.Key).ToList();
            if (understood.Count > 0) report.Ok($"{path}: {understood.Count} understood: {string.Join(", ", understood)}");
        }

        foreach (var (path, finding) in reader.Source.Findings) report.Warn($"{path} line {finding.Line}: {finding.What}", finding.Remedy);
        foreach (var unknown in reader.Unknown) report.Warn($"Not understood: {unknown}", "Correct or remove it.");
    }
}
