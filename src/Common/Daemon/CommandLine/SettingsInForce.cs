using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Athena.Common.Checks;
using Athena.Common.Daemon.Control;
using Athena.Common.Settings;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>
/// Whether the running daemon goes by what stands in the files of settings: it reads them at its start alone. It is asked for a salted
/// digest of each value; no value leaves it, and what came from elsewhere (a credential, the unit) is not compared.
/// </summary>
public static class SettingsInForce
{
    /// <summary>The request at the daemon.</summary>
    public const string Command = "settings-in-force";

    private const int SaltLength = 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>In the daemon: answers this one request, and leaves all others to <paramref name="others"/>.</summary>
    public static Func<ControlRequest, CancellationToken, Task<ControlReply>> Before<TSettings>(
        WorkerContext<TSettings> context, Func<ControlRequest, CancellationToken, Task<ControlReply>> others)
    {
        var since = context.Time.GetUtcNow();
        return (request, cancel) => request.Command == Command
            ? Task.FromResult(Write(context.Reader, since))
            : others(request, cancel);
    }

    /// <summary>Into a check's report, where something was changed.</summary>
    internal static async Task TellAsync<TSettings>(WorkerContext<TSettings> context, CheckReport report, CancellationToken cancel)
    {
        if (await FindAsync(context, cancel).ConfigureAwait(false) is { } changed)
            report.Warn(
                $"Settings: {changed.Sentence(context.Zone)}",
                $"When nothing here has failed: {ChangedSettings.Restart(context.Identity.Daemon)}");
    }

    /// <summary>
    /// The answer to <c>status</c>, which the daemon gave without knowing of the files, with one line more where it is due.
    /// </summary>
    internal static async Task<ControlReply> AddToAsync<TSettings>(
        WorkerContext<TSettings> context, ControlReply status, CancellationToken cancel) =>
        await FindAsync(context, cancel).ConfigureAwait(false) is { } changed
            ? changed.AddTo(status, context.Zone, context.Identity.Daemon)
            : status;

    /// <summary>What was changed in the files since the daemon read them; null where nothing was, or none runs that could say.</summary>
    private static async Task<ChangedSettings?> FindAsync<TSettings>(WorkerContext<TSettings> context, CancellationToken cancel)
    {
        try
        {
            var reply = await context.AskAsync(new ControlRequest(Command), Patience, cancel).ConfigureAwait(false);
            return reply is { ExitCode: ExitCode.Ok, Json: { } json } ? Compare(context.Reader, json) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TimeoutException or JsonException
            or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null; // One of an older version knows no such request; how it is was asked apart from this.
        }
    }

    private static ControlReply Write(SettingsReader reader, DateTimeOffset since)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        var values = new JsonObject();
        foreach (var setting in reader.Registered.Where(IsOfFiles))
            values[setting.Key] = Digest(salt, setting);
        var json = new JsonObject { ["since"] = since, ["salt"] = Convert.ToBase64String(salt), ["values"] = values };
        return new ControlReply(ExitCode.Ok, "", json.ToText());
    }

    private static ChangedSettings? Compare(SettingsReader reader, string answer)
    {
        using var document = JsonDocument.Parse(answer);
        var inForce = document.RootElement;
        var salt = inForce.GetProperty("salt").GetBytesFromBase64();
        var values = inForce.GetProperty("values");
        List<string> changed =
        [
            .. reader.Registered.Where(setting => IsOfFiles(setting) && values.TryGetProperty(setting.Key, out var digest)
                && digest.GetString() != Digest(salt, setting)).Select(setting => setting.Key),
        ];
        return changed.Count == 0
            ? null
            : new ChangedSettings(changed, inForce.GetProperty("since").GetDateTimeOffset(), reader.Source.LastWritten());
    }

    /// <summary>What a file says, or could say as nobody else does.</summary>
    private static bool IsOfFiles(RegisteredSetting setting) => setting.Given is null or { Origin: ['/', ..] };

    /// <returns>Null for what is not set to anything.</returns>
    private static string? Digest(byte[] salt, RegisteredSetting setting) => string.IsNullOrWhiteSpace(setting.Given?.Text)
        ? null
        : Convert.ToBase64String(HMACSHA256.HashData(salt, Encoding.UTF8.GetBytes($"{setting.Key}={setting.Given.Text}")));
}

/// <summary>What stands in the files of settings otherwise than the running daemon read it.</summary>
/// <param name="Keys">In the order in which they are read.</param>
/// <param name="Since">When the daemon read them.</param>
/// <param name="At">When one of the files was written last; null where that cannot be told.</param>
internal sealed record ChangedSettings(IReadOnlyList<string> Keys, DateTimeOffset Since, DateTimeOffset? At)
{
    /// <summary>In one sentence, without a point at its end.</summary>
    public string Sentence(ZoneText clock) =>
        $"{string.Join(", ", Keys)} changed{(At > Since ? $" at {clock.Minute(At.Value)}" : "")}, and what was set at "
        + $"{clock.Minute(Since)} is still in force";

    public static string Restart(string daemon) => $"sudo systemctl restart {daemon}";

    /// <summary>The answer to <c>status</c> with one line more.</summary>
    public ControlReply AddTo(ControlReply status, ZoneText clock, string daemon)
    {
        var first = status.Text.Split('\n')[0];
        var width = Math.Max(first.Length - first[first.IndexOf(' ', StringComparison.Ordinal)..].TrimStart().Length, 0);
        var json = status.Json is null ? null : JsonNode.Parse(status.Json) as JsonObject;
        json?.Add("settingsNotInForce", new JsonArray([.. Keys.Select(key => (JsonNode)key)]));
        return status with
        {
            Text = $"{status.Text.TrimEnd('\n')}\n{"Settings".PadRight(width)}{Sentence(clock)}. Where sudo {daemon} check finds no fault: "
                + $"{Restart(daemon)}\n",
            Json = json?.ToText() ?? status.Json,
        };
    }
}
