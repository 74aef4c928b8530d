using System.Globalization;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Settings;

namespace Athena.Migration;

/// <summary>
/// Offers the mail server that another program of this host uses where the daemon has none. Secrets are written, never shown.
/// </summary>
internal sealed class MailOffering(SettingsReader reader, IReadOnlyList<string> dropIns, string settingsPath, ChangeReport report)
{
    private static readonly (string Path, Func<string, string, FoundMail?> Read)[] Sources =
        [("/etc/msmtprc", Msmtprc.Read), ("/etc/grafana/grafana.ini", GrafanaIni.Read)];

    /// <summary>What would be taken, after a dry run.</summary>
    public IReadOnlyList<string> Offered { get; private set; } = [];

    /// <summary>The settings with what was taken; null when nothing is missing, found or wanted.</summary>
    /// <param name="text">The settings file as it is.</param>
    /// <param name="terminal">Who is asked.</param>
    /// <param name="options">Whether to ask at all.</param>
    public string? Run(string text, Terminal terminal, MigrationOptions options)
    {
        if (reader.Registered.All(s => s.Key != "SMTP_HOST")) return null;
        foreach (var (path, read) in Sources)
        {
            if (!TryRead(path, read, out var found)) continue;
            var offer = MailOffer.Of(Given, found);
            if (offer.Count == 0) continue;

            var keys = string.Join(", ", offer.Select(pair => pair.Key));
            var server = string.Create(CultureInfo.InvariantCulture,
                $"{found.Host}:{found.Port}, {found.Security}, {(found.User is null ? "without signing in" : "as " + found.User)}");
            if (found.Remark is { } remark) report.Warn($"{found.Origin}: {remark}", $"Fill it in by hand: sudoedit {settingsPath}");
            if (options.IsDryRun)
            {
                report.Ok($"Would offer to take {keys} from {found.Origin} ({server})");
                Offered = [.. offer.Select(pair => pair.Key)];
                return null;
            }

            if (options.Yes || terminal.Confirm($"Mail is not set up yet. Take {keys} from {found.Origin} ({server})?"))
            {
                report.Ok($"{settingsPath}: {keys} taken from {found.Origin}; its values are not shown");
                return SettingsEdit.Set(text, offer, $"From {found.Origin}");
            }

            if (!terminal.IsThere)
                report.Warn($"Mail is not set up; {found.Origin} has a server ({server})",
                    "Repeat with --yes to take it from there, or fill in SMTP_HOST and its like by hand.");
        }

        return null;
    }

    /// <summary>A secret that comes as a credential does not stand in the file, and is there all the same.</summary>
    private string? Given(string key) =>
        reader.Registered.FirstOrDefault(s => s.Key == key)?.Given?.Text is { } text && text.Trim().Length > 0 ? text.Trim()
        : dropIns.Any(d =>
            d.Contains(key, StringComparison.Ordinal)
                || d.Contains("Credential", StringComparison.Ordinal) && d.Contains(key.ToLowerInvariant(), StringComparison.Ordinal))
                    ? "(from a drop-in)"
        : null;

    private static bool TryRead(string path, Func<string, string, FoundMail?> read, out FoundMail found)
    {
        found = null!;
        try
        {
            if (!File.Exists(path) || read(File.ReadAllText(path), path) is not { } mail) return false;
            found = mail;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // What cannot be read cannot be offered; the settings are asked for all the same.
        }
    }
}
