using System.Text;
using Athena.Common.Settings;
using Microsoft.Extensions.Logging;

namespace Athena.Common.Telemetry;

/// <summary>All kinds of events of a daemon, those of <see cref="HostEvents"/> included.</summary>
public sealed class EventCatalogue
{
    /// <exception cref="ArgumentException">Two kinds share a name or an id.</exception>
    public EventCatalogue(params IEnumerable<EventKind> kinds)
    {
        Kinds = [.. HostEvents.All, .. kinds];
        var twice = Kinds.GroupBy(k => k.Name).FirstOrDefault(g => g.Count() > 1)?.Key
            ?? Kinds.GroupBy(k => k.MessageId).FirstOrDefault(g => g.Count() > 1)?.First().Name;
        if (twice is not null)
            throw new ArgumentException($"The event {twice} stands twice in the catalogue, by its name or by its id.", nameof(kinds));
    }

    public IReadOnlyList<EventKind> Kinds { get; }

    /// <summary>The content of a file for <c>/usr/lib/systemd/catalog/</c>, see <c>journalctl --update-catalog</c>.</summary>
    /// <param name="withShared">
    /// Whether <see cref="HostEvents"/> are in it. They may stand in one file of a system only: journald shows an event as often as it
    /// finds it.
    /// </param>
    public string WriteJournalCatalogue(string? support = null, bool withShared = true)
    {
        var text = new StringBuilder();
        foreach (var kind in withShared ? Kinds : Kinds.Except(HostEvents.All))
        {
            text.Append("-- ").Append(kind.MessageId.ToString("N")).Append('\n')
                .Append("Subject: ").Append(kind.Subject).Append('\n')
                .Append("Defined-By: ").Append(WorkerIdentity.Platform).Append('\n');
            if (support is not null)
                text.Append("Support: ").Append(support).Append('\n');
            text.Append('\n').Append(kind.Explanation.Trim()).Append("\n\n");
        }

        return text.ToString();
    }
}

/// <summary>A kind of event with a name for ever, so that one can search for it and <c>journalctl -x</c> explains it.</summary>
/// <param name="Name">Kebab-case: <c>account-locked</c>. Field <c>ATHENA_EVENT</c>.</param>
/// <param name="MessageId">Never changed, never used twice. Field <c>MESSAGE_ID</c>.</param>
/// <param name="Level">How it is logged.</param>
/// <param name="Subject">One line; <c>@FIELD@</c> is replaced by the entry's field (journald's message catalogue).</param>
/// <param name="Explanation">What it means and what to do.</param>
public sealed record EventKind(string Name, Guid MessageId, LogLevel Level, string Subject, string Explanation);
