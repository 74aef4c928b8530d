namespace Athena.Common.GrafanaLog.Sources.JournalSource;

/// <summary>The journal cannot be read any more; the message names the remedy.</summary>
internal sealed class JournalException(string message) : Exception(message)
{
    /// <exception cref="JournalException"><paramref name="result"/> is a negative errno.</exception>
    public static int ThrowIfFailed(int result) => result >= 0 ? result : throw new JournalException(JournalRemedy.NotOpened(-result));
}
