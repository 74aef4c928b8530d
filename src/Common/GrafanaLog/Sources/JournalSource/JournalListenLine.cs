using System.Net;
using Athena.Common.GrafanaLog.Line;

namespace Athena.Common.GrafanaLog.Sources.JournalSource;

/// <summary>The newest line "HTTP Server Listen" of a unit.</summary>
internal static class JournalListenLine
{
    /// <param name="entries">How many of the unit's last entries are looked at.</param>
    /// <returns>Null when there is none among them, or the journal cannot be read.</returns>
    public static IPEndPoint? Newest(JournalUnit unit, ulong entries)
    {
        if (new JournalFiles(unit).Obstacle() is not null) return null;
        try
        {
            using var reader = JournalReader.Open(unit);
            IPEndPoint? newest = null;
            reader.StandBeforeLast(entries);
            using (reader.Hold())
            {
                while (reader.MoveNext())
                {
                    if (reader.TryMessage(out var message) && ListenLine.TryRead(message) is { } found) newest = found;
                    reader.MarkRead();
                }
            }

            return newest;
        }
        catch (Exception e) when (e is DllNotFoundException or JournalException)
        {
            return null;
        }
    }
}
