using Athena.AutoDisable.Policy;
using Athena.Common.Checks;
using Athena.Common.Grafana.Api;

namespace Athena.AutoDisable.CommandLine;

/// <summary><c>check --posture</c>: how well Grafana is locked by its own settings. To know, and never a fault.</summary>
internal static class PostureCheck
{
    /// <param name="report">Gets the lines.</param>
    /// <param name="told">What Grafana says of itself; null when it does not say it to us.</param>
    /// <param name="publicUrl">Grafana as browsers reach it.</param>
    /// <param name="file">Where its settings stand, for want of that.</param>
    public static void Run(CheckReport report, ServerSettings? told, Uri publicUrl, string file = ServerSettingsFile.Usual)
    {
        string? problem = null;
        if ((told ?? ServerSettingsFile.Read(file, out problem)) is not { } server)
        {
            report.Note(
                $"How Grafana is locked by its own settings could not be read: Grafana did not tell it, and {problem}",
                "A server admin may read it: sudo grafana-auto-disable account create. A token needs settings:read.");
            return;
        }

        if (told is null)
            report.Note($"Of Grafana's own settings only {file} was read, because Grafana did not tell them: its environment (GF_…) wins");
        foreach (var line in Posture.Of(server, publicUrl))
            if (line is { Better: null, Value: not null }) report.Ok(line.What);
            else report.Note(line.What, line.Remedy);
    }
}
