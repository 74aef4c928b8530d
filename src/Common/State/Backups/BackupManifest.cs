using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Athena.Common.State.Backups;

/// <summary>
/// What a backup is and what is in it: its first entry, <c>manifest.json</c>. The hashes find damage; they do not prove who wrote it.
/// </summary>
/// <param name="Kind">Always <see cref="OfBackups"/>.</param>
/// <param name="Format">Of the archive; raised when older programs could not read it any more.</param>
/// <param name="Daemon">Whose memory it is: <c>grafana-compliance</c>.</param>
/// <param name="Version">Of the program that made it.</param>
/// <param name="Host">Where it was made.</param>
/// <param name="At">The moment of which it is.</param>
/// <param name="IsOfOneMoment">
/// All files are as they were at that moment. False when the daemon was too busy for that: each file is then whole, and the order of
/// copying sees to it that nothing is lost, but something may be said twice after a restore.
/// </param>
/// <param name="Settings">Those that were given, as they may be shown.</param>
/// <param name="SecretsLeftOut">Keys whose values are not in the backup.</param>
/// <param name="SettingsFile">The entry <c>settings.env</c>.</param>
/// <param name="Files">Everything else, below <c>state/</c>.</param>
public sealed record BackupManifest(
    string Kind,
    int Format,
    string Daemon,
    string Version,
    string Host,
    DateTimeOffset At,
    bool IsOfOneMoment,
    IReadOnlyDictionary<string, string> Settings,
    IReadOnlyList<string> SecretsLeftOut,
    BackupFile SettingsFile,
    IReadOnlyList<BackupFile> Files)
{
    public const string OfBackups = "athena-workers backup";
    public const int CurrentFormat = 1;

    internal const string FileName = "manifest.json";
    internal const string SettingsName = "settings.env";
    internal const string StateFolder = "state";

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, BackupJson.Readable.BackupManifest);

    /// <summary>Null for anything else than a manifest.</summary>
    internal static BackupManifest? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, BackupJson.Readable.BackupManifest) is { Kind: OfBackups } manifest ? manifest : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The manifest's form, without reflection; a person may read it.</summary>
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupJson : JsonSerializerContext
{
    public static BackupJson Readable { get; } = new(new JsonSerializerOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        WriteIndented = true,
    });
}
