namespace Athena.Common.GrafanaLog.Sources.FileSource;

/// <summary>What keeps a log from being read at present. The text is made when it changes, not at every look.</summary>
internal sealed class FileLogProblem(string path, TimeProvider time)
{
    /// <summary>
    /// Between renaming the file and making the new one there is none for a moment; only a longer absence is worth a word.
    /// </summary>
    private static readonly TimeSpan AbsenceWhileRotating = TimeSpan.FromSeconds(5);

    private FileStatus _status;
    private DateTimeOffset? _absentSince;

    /// <summary>With the remedy; null when the log can be read.</summary>
    public string? Text { get; private set; }

    public void Clear()
    {
        Text = null;
        _absentSince = null;
    }

    /// <param name="isRotating">Whether a file of this log is held open still, so that its absence may be the moment of a rotation.</param>
    /// <returns>True when only another status can change anything: to look again at the same one is of no use.</returns>
    public bool Note(FileStatus status, bool isRotating)
    {
        bool isAbsent = FileRemedy.IsAbsent(status);
        _absentSince = isAbsent ? _absentSince ?? time.GetUtcNow() : null;
        if (isAbsent && isRotating && time.GetUtcNow() - _absentSince < AbsenceWhileRotating)
            return false;

        if (Text is null || _status != status)
            Text = FileRemedy.Describe(path, status);
        _status = status;

        // Access lists and the groups of the service are no part of the status: where something is forbidden it has to be tried again.
        return isAbsent || status.IsSeen;
    }

    public void Note(IOException fault) => Text = $"{path} cannot be read: {fault.Message}";
}
