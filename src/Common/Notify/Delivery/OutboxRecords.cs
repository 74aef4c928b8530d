namespace Athena.Common.Notify.Delivery;

/// <summary>
/// The mails of an outbox as they lie in memory and on disk: what the disk refused is written later, what it does not give at the moment is
/// read later. Not thread-safe.
/// </summary>
internal sealed class OutboxRecords
{
    /// <summary>
    /// Bodies of mails in memory, in bytes: those that name thousands are long, and pile up while a server is away. The others are read
    /// when they are due.
    /// </summary>
    private const long MostInMemory = 2 * 1024 * 1024;

    /// <summary>Before the disk is asked again that has refused.</summary>
    private static readonly TimeSpan DiskPause = TimeSpan.FromMinutes(1);

    private readonly OutboxFolder _folder;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, OutboxRecord> _records = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unwritten = new(StringComparer.Ordinal);
    private DateTimeOffset _writeAgainAt;
    private DateTimeOffset _loadAgainAt;
    private string? _held;

    public OutboxRecords(OutboxFolder folder, TimeProvider time)
    {
        _folder = folder;
        _time = time;
        Load();
    }

    public IEnumerable<OutboxRecord> Waiting => _records.Values.Where(record => record.IsWaiting);

    /// <summary>Mails of which the file does not hold the latest.</summary>
    public int Unwritten => _unwritten.Count;

    /// <summary>When a mail or the disk is to be tried; null when nothing waits. May lie in the past.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            DateTimeOffset? next = Waiting.Min(record => record.NextAttempt);
            if (_unwritten.Count > 0 && !(next < _writeAgainAt))
                next = _writeAgainAt;
            return !_folder.IsLoaded && !(next < _loadAgainAt) ? _loadAgainAt : next;
        }
    }

    /// <summary>Null when there is none of that key.</summary>
    public OutboxRecord? Find(string key) => _records.GetValueOrDefault(key);

    /// <summary>In memory alone.</summary>
    public void Remember(OutboxRecord record) => _records[record.Key] = record;

    /// <summary>This one stays whole in memory while it is being offered; null ends that.</summary>
    public void Hold(OutboxRecord? record)
    {
        _held = record?.Key;
        if (record is not null)
            _records[record.Key] = record;
    }

    /// <summary>On disk when that allows it, and otherwise as soon as it does.</summary>
    public void Store(OutboxRecord record)
    {
        _records[record.Key] = record;
        _unwritten.Add(record.Key);
        TryWrite(record.Key);
    }

    /// <summary>
    /// With the mail's bodies. Still slim when its file cannot be read at the moment: then it is tried again in a while. Null when the file
    /// is gone or damaged: nothing is left to be sent, and it is forgotten. Both are told.
    /// </summary>
    public OutboxRecord? Whole(OutboxRecord record)
    {
        if (!record.IsSlim)
            return record;
        OutboxRecord? read = _folder.ReadAgain(record.Key, out bool isLost);
        if (read?.Mail is { } mail)
            return record with { Mail = mail, IsSlim = false };
        if (read is null && !isLost)
            return _records[record.Key] = record.Postponed(_time.GetUtcNow(), DiskPause);
        _records.Remove(record.Key);
        _unwritten.Remove(record.Key);
        return null;
    }

    /// <summary>Does what the disk refused before, and forgets what is long finished.</summary>
    public void Tidy()
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (!_folder.IsLoaded && _loadAgainAt <= now)
            Load();
        foreach (string key in _unwritten.ToList())
        {
            // One refusal is answer enough; the others would only ask the same disk.
            if (!TryWrite(key))
                break;
        }

        foreach (OutboxRecord old in _records.Values.Where(record => record.FinishedAt + OutboxSchedule.RecordLifetime < now).ToList())
        {
            if (!_folder.TryDelete(old.Key))
                break;
            _records.Remove(old.Key);
            _unwritten.Remove(old.Key);
        }
    }

    /// <summary>What earlier runs left; what was put in meanwhile is newer.</summary>
    private void Load()
    {
        _loadAgainAt = _time.GetUtcNow() + DiskPause;
        foreach (OutboxRecord record in _folder.Load())
            _records.TryAdd(record.Key, Kept(record));
    }

    /// <summary>As it may lie in memory when its file holds all of it.</summary>
    private OutboxRecord Kept(OutboxRecord record)
    {
        long others = _records.Values.Sum(other => other.Key == record.Key ? 0 : other.Length);
        return record.IsWaiting && record.Key != _held && record.Length + others > MostInMemory ? record.Slim() : record;
    }

    /// <summary>False when the disk refuses. Never written without the bodies that only the file has.</summary>
    private bool TryWrite(string key)
    {
        _writeAgainAt = _time.GetUtcNow() + DiskPause;
        if (Whole(_records[key]) is not { IsSlim: false } whole)
            return true;
        if (!_folder.TryWrite(whole))
            return false;
        _unwritten.Remove(key);
        _records[key] = Kept(whole);
        return true;
    }
}
