using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Athena.Common.Files;
using Athena.Common.Notify.Channels;

namespace Athena.Common.Notify.Delivery;

/// <summary>
/// The outbox's files: one a mail, readable by their owner only. A full or read-only disk is an answer here, not an exception; it is
/// reported once, and once more when it is over. So is a file that cannot be read at the moment: only one that is gone or damaged is given
/// up.
/// </summary>
internal sealed class OutboxFolder(string directory, Action<string> trouble)
{
    private const string Suffix = ".json";

    /// <summary>Of the file beside it with bodies that are one recipient's alone. A backup does not take it (BackupContents).</summary>
    private const string BodiesSuffix = ".own";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly HashSet<string> _unread = new(StringComparer.Ordinal);
    private bool _isListed;
    private bool _isInTrouble;

    /// <summary>Nothing of what earlier runs left is still to be read.</summary>
    public bool IsLoaded { get; private set; }

    /// <summary>
    /// Everything readable that was not read before, one after the other. What is damaged is set aside under another name: one bad file
    /// must not stop the others' mail.
    /// </summary>
    public IEnumerable<OutboxRecord> Load()
    {
        IEnumerable<string> paths = [.. _unread];
        if (!_isListed)
        {
            _isListed = Attempt("cannot be read", () =>
            {
                Directory.CreateDirectory(directory, OwnerOnly);
                foreach (string leftover in Directory.EnumerateFiles(directory, "*.tmp").ToList())
                    File.Delete(leftover);
                paths = Directory.EnumerateFiles(directory, $"*{Suffix}").Order(StringComparer.Ordinal).ToList();
            });
        }

        bool isAllRead = _isListed;
        foreach (string path in paths)
        {
            if (Read(path, out bool isLost) is { } record)
                yield return record;
            else
                isAllRead &= isLost;
        }

        IsLoaded = isAllRead;
    }

    /// <summary>One of them; null when it cannot be read.</summary>
    /// <param name="key">Of the mail.</param>
    /// <param name="isLost">It never will be. Both are told.</param>
    public OutboxRecord? ReadAgain(string key, out bool isLost) => Read(PathOf(key), out isLost);

    /// <summary>Durable when true.</summary>
    public bool TryWrite(OutboxRecord record) => Attempt("cannot be written: mails are kept in memory", () =>
    {
        Directory.CreateDirectory(directory, OwnerOnly);
        WriteBodies(Path.ChangeExtension(PathOf(record.Key), BodiesSuffix), record.Mail?.Bodies);
        PrivateFile.Replace(PathOf(record.Key), JsonSerializer.SerializeToUtf8Bytes(record, OutboxJson.Plain.OutboxRecord));
        _unread.Remove(PathOf(record.Key));
    });

    /// <summary>False when it is still there.</summary>
    public bool TryDelete(string key) => Attempt("cannot be tidied", () =>
    {
        File.Delete(Path.ChangeExtension(PathOf(key), BodiesSuffix));
        File.Delete(PathOf(key));
    });

    /// <summary>Before the record: one whose bodies are missing is sent to all with the common one.</summary>
    private static void WriteBodies(string path, IReadOnlyDictionary<string, OutgoingBody>? bodies)
    {
        if (bodies is { Count: > 0 })
            PrivateFile.Replace(
                path, JsonSerializer.SerializeToUtf8Bytes(bodies.ToDictionary(), OutboxJson.Plain.DictionaryStringOutgoingBody));
        else
            File.Delete(path);
    }

    /// <summary>Null where there are none, or they cannot be read: then the common body goes out.</summary>
    private static Dictionary<string, OutgoingBody>? ReadBodies(string path)
    {
        try
        {
            return File.Exists(path)
                ? JsonSerializer.Deserialize(File.ReadAllBytes(path), OutboxJson.Plain.DictionaryStringOutgoingBody)
                : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // A key may hold anything; its hash is a file name.
    private string PathOf(string key) =>
        Path.Combine(directory, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 16)) + Suffix);

    private OutboxRecord? Read(string path, out bool isLost)
    {
        string reason;
        isLost = true;
        try
        {
            OutboxRecord? record = JsonSerializer.Deserialize(File.ReadAllBytes(path), OutboxJson.Plain.OutboxRecord);
            if (_unread.Remove(path))
                trouble($"The mail in {path} can be read again.");
            if (record is { Format: OutboxRecord.CurrentFormat } && record.IsWaiting == (record.NextAttempt is not null)
                && record.IsWaiting == (record.Mail is not null))
            {
                isLost = false;
                return record.Mail is { } mail && ReadBodies(Path.ChangeExtension(path, BodiesSuffix)) is { } bodies
                    ? record with { Mail = mail with { Bodies = bodies } }
                    : record;
            }

            reason = "it is of another version or contradicts itself";
        }
        catch (JsonException e)
        {
            reason = e.Message; // Quotes no content beyond the place.
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            _unread.Remove(path);
            trouble($"The mail in {path} is gone and will not be sent.");
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            isLost = false;
            if (_unread.Add(path))
                trouble($"The mail in {path} cannot be read at the moment ({e.Message}); it is tried again each minute.");
            return null;
        }

        _unread.Remove(path);
        string aside = Path.ChangeExtension(path, ".unreadable");
        bool isAside = Attempt("cannot be tidied", () => File.Move(path, aside, overwrite: true));
        trouble(
            $"The mail in {path} cannot be read ({reason}) and will not be sent; "
            + $"{(isAside ? $"it is kept as {aside}" : "it stays there")}.");
        return null;
    }

    private bool Attempt(string what, Action act)
    {
        try
        {
            act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_isInTrouble)
                trouble($"The outbox {directory} {what}: {e.Message}");
            _isInTrouble = true;
            return false;
        }

        if (_isInTrouble)
            trouble($"The outbox {directory} can be used again.");
        _isInTrouble = false;
        return true;
    }
}

/// <summary>The file format of the outbox, without reflection. Readable: the sysadmin may look into it.</summary>
[JsonSerializable(typeof(OutboxRecord))]
[JsonSerializable(typeof(Dictionary<string, OutgoingBody>))]
internal sealed partial class OutboxJson : JsonSerializerContext
{
    /// <summary>Letters of all scripts stand as they are: nothing of this is ever put into a web page.</summary>
    public static OutboxJson Plain { get; } = new(new JsonSerializerOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    });
}
