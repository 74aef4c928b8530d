using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Athena.Common.Files;
using Athena.Common.State.Backups;

namespace Athena.Common.State;

/// <summary>
/// Which installation of a daemon this is. Its id ends the referer of every request (docs/grafana.md §6), so that requests of another copy
/// of the same daemon, which has the same account, are told from ours. It lies in the state directory and belongs to this host: neither a
/// backup nor a state directory that was carried to another host brings it along.
/// </summary>
public sealed class Installation
{
    public const string FileName = "installation.json";

    /// <summary>What a command calls itself that may not read the id; such requests are no sign of another copy.</summary>
    public const string CommandId = "command";

    private const int IdBytes = 6;
    private const int MostBytes = 4096;

    private readonly string? path;
    private Content content;

    private Installation(string? path, Content content, DateTimeOffset heldSince = default) =>
        (this.path, this.content, HeldSince) = (path, content, heldSince);

    /// <summary>Twelve hex digits, or <see cref="CommandId"/>.</summary>
    public string Id => content.Id;

    /// <summary>When this process opened it; the beginning of all times for whoever does not hold the state directory.</summary>
    public DateTimeOffset HeldSince { get; }

    /// <summary>
    /// True when this memory was first written by a version that knew no proof of the listener, and Grafana has not been proved since: what
    /// that version accepted goes on until then.
    /// </summary>
    public bool IsOlderThanProof => content is { IsFromOlder: true, ProvedAt: null };

    /// <summary>When the listener at Grafana's address was proved to be Grafana for the first time; null when it never was.</summary>
    public DateTimeOffset? ProvedAt => content.ProvedAt;

    /// <summary>
    /// For whoever holds the state directory: reads the id, or makes one where there is none, where it is another host's, or where the file
    /// is damaged. A disk that refuses costs the file and not the start; then the id is another one after the next start.
    /// </summary>
    public static Installation Open(string stateDirectory, TimeProvider time, string? host = null)
    {
        host ??= HostMark();
        var path = Path.Combine(stateDirectory, FileName);
        var kept = Read(path);
        if (kept is not null && kept.Host == host) return new Installation(path, kept, time.GetUtcNow());

        var isFromOlder = kept?.IsFromOlder ?? IsOlder(stateDirectory);
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        var now = time.GetUtcNow();
        var made = new Installation(path, new Content(id, host, now, isFromOlder, kept?.ProvedAt), now);
        made.Write();
        return made;
    }

    /// <summary>For a command that does not hold the state directory: changes nothing there.</summary>
    public static Installation Peek(string stateDirectory) =>
        Read(Path.Combine(stateDirectory, FileName)) is { } kept
            ? new Installation(null, kept)
            : new Installation(null, new Content(CommandId, "", default, IsOlder(stateDirectory), null));

    /// <summary>From now on a listener that cannot be proved is not believed any more.</summary>
    public void NoteProved(DateTimeOffset at)
    {
        if (content.ProvedAt is not null) return;
        content = content with { ProvedAt = at };
        Write();
    }

    /// <summary>
    /// What tells this host from another one and from a clone that was given a name of its own. The machine id alone names a host
    /// (machine-id(5)); it is hashed because it is not to leave the host.
    /// </summary>
    public static string HostMark()
    {
        var machine = "";
        try
        {
            machine = File.ReadAllText("/etc/machine-id").Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A minimal container has none; the host's name is what is left.
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"athena-workers\n{machine}\n{Environment.MachineName}"))
            .AsSpan(0, 8));
    }

    private static bool IsOlder(string stateDirectory) => File.Exists(Path.Combine(stateDirectory, BackupContents.StateName));

    private static Content? Read(string path)
    {
        try
        {
            if (LibC.ReadOrdinary(path, MostBytes) is not { } bytes) return null;
            var read = JsonSerializer.Deserialize(bytes, InstallationJson.Default.Content);
            return read is { Id: { Length: IdBytes * 2 } id, Host: not null } && id.All(char.IsAsciiHexDigitLower) ? read : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private void Write()
    {
        if (path is null) return;
        try
        {
            PrivateFile.Replace(path, JsonSerializer.SerializeToUtf8Bytes(content, InstallationJson.Default.Content));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk does not stop the gate; the id holds for this process all the same.
        }
    }

    internal sealed record Content(string Id, string Host, DateTimeOffset MadeAt, bool IsFromOlder, DateTimeOffset? ProvedAt);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Installation.Content))]
internal sealed partial class InstallationJson : JsonSerializerContext;
