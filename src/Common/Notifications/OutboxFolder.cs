using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Athena.Common.State;

namespace Athena.Common.Notifications;

/// <summary>
/// The outbox's files: one a mail, readable by their owner only. A full or read-only disk is an answer here, not an exception; it is
/// reported once, and once more when it is over.
/// </summary>
internal sealed class OutboxFolder(string directory, Action<string> trouble)
{
    private const string Suffix = ".json";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private bool _isInTrouble;

    /// <summary>Everything readable, one after the other. What is not is set aside under another name: one bad file must not stop the others' mail.</summary>
    public IEnumerable<OutboxRecord> Load()
    {
        List<string> paths = [];
        Attempt("cannot be read", () =>
        {
            Directory.CreateDirectory(directory, OwnerOnly);
            foreach (string leftover in Directory.EnumerateFiles(directory, "*.tmp").ToList())
                File.Delete(leftover);
            paths.AddRange(Directory.EnumerateFiles(directory, $"*{Suffix}").Order(StringComparer.Ordinal));
        });
        foreach (string path in paths)
        {
            if (Read(path) is { } record)
                yield return record;
        }
    }

    /// <summary>One of them; null when it cannot be read any more, which is told.</summary>
    public OutboxRecord? ReadAgain(string key) => Read(PathOf(key));

    /// <summary>Durable when true.</summary>
    public bool TryWrite(OutboxRecord record) => Attempt("cannot be written: mails are kept in memory", () =>
    {
        Directory.CreateDirectory(directory, OwnerOnly);
        PrivateFile.Replace(PathOf(record.Key), JsonSerializer.SerializeToUtf8Bytes(record, OutboxJson.Plain.OutboxRecord));
    });

    /// <summary>False when it is still there.</summary>
    public bool TryDelete(string key) => Attempt("cannot be tidied", () => File.Delete(PathOf(key)));

    // A key may hold anything; its hash is a file name.
    private string PathOf(string key) =>
        Path.Combine(directory, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 16)) + Suffix);

    private OutboxRecord? Read(string path)
    {
        string reason;
        try
        {
            OutboxRecord? record = JsonSerializer.Deserialize(File.ReadAllBytes(path), OutboxJson.Plain.OutboxRecord);
            if (record is { Format: OutboxRecord.CurrentFormat } && record.IsWaiting == (record.NextAttempt is not null) && record.IsWaiting == (record.Mail is not null))
                return record;
            reason = "it is of another version or contradicts itself";
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            // A JsonException quotes no content beyond the place.
            reason = e.Message;
        }

        string aside = Path.ChangeExtension(path, ".unreadable");
        bool isAside = Attempt("cannot be tidied", () => File.Move(path, aside, overwrite: true));
        trouble($"The mail in {path} cannot be read ({reason}) and will not be sent; {(isAside ? $"it is kept as {aside}" : "it stays there")}.");
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
            trouble($"The outbox {directory} is well again.");
        _isInTrouble = false;
        return true;
    }
}
