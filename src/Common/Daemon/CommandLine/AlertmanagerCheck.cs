using System.Text.Json;
using Athena.Common.Checks;
using Athena.Common.Network;
using Athena.Common.Notify.Alertmanager;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>The part of <c>check</c> about Alertmanager: whether it would take an alert, found out without giving it one.</summary>
public static class AlertmanagerCheck
{
    /// <summary>Where its clock is off by more, an alert may seem to be over before it has rung.</summary>
    private static readonly TimeSpan MostOff = TimeSpan.FromMinutes(1);

    /// <param name="settings">Null where alerts go by chat and mail alone: nothing is said.</param>
    public static async Task RunAsync(CheckReport report, AlertmanagerSettings? settings, TimeProvider time, CancellationToken cancel)
    {
        if (settings is null) return;
        using var api = new AlertmanagerApi(settings.Address, time);
        var reply = await api.StatusAsync(cancel).ConfigureAwait(false);
        if (reply.Problem is { } problem)
        {
            report.Warn($"Alertmanager: {problem}", "Until it takes them alerts go by chat and mail.");
            return;
        }

        if (VersionIn(reply.Body) is not { } version)
        {
            report.Warn(
                $"Alertmanager: what answers at {settings.Address} is none",
                "Set ALERTMANAGER_URL; until then alerts go by chat and mail.");
            return;
        }

        report.Ok(
            $"Alertmanager: {settings.Address}, version {VisibleText.Escape(version)}, "
            + (settings.IsAlone ? "rings in place of chat and mail" : "rings beside chat and mail"));
        if (reply.At is { } at && (at - time.GetUtcNow()).Duration() is var off && off > MostOff)
            report.Warn(
                $"Alertmanager: its clock and ours differ by {Duration.Write(TimeSpan.FromSeconds((long)off.TotalSeconds))}",
                "Set both by NTP: timedatectl");
    }

    private static string? VersionIn(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("versionInfo", out var info) && info.ValueKind == JsonValueKind.Object
                && info.TryGetProperty("version", out var version) && version.ValueKind == JsonValueKind.String
                    ? version.GetString()
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
