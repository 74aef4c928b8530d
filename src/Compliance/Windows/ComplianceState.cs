using Athena.Common.Sight;
using Athena.Common.State;
using Athena.Compliance.Evidence;

namespace Athena.Compliance.Windows;

/// <summary>What must not be forgotten between two runs.</summary>
internal sealed class ComplianceState
{
    /// <summary>So many ends are remembered; more than <c>LOOK_BACK</c> can hold.</summary>
    public const int MostEnds = 400;

    /// <summary>Windows that ended before this are none of ours: the daemon was not yet installed.</summary>
    public DateTimeOffset Since { get; set; }

    /// <summary>Windows that ended before this were reported by whoever guarded then; in the past of all of them if nobody did.</summary>
    public DateTimeOffset TakenOverAt { get; set; }

    /// <summary>Ends of the windows that were decided last, in the order of their decision, which is not always that of the clock.</summary>
    public List<DateTimeOffset> Decided { get; init; } = [];

    /// <summary>Decided, and perhaps not everything that follows from it is done.</summary>
    public WindowEvidence? Open { get; set; }

    /// <summary>The sight probes that were sent.</summary>
    public ProbeBook Probes { get; set; } = ProbeBook.Empty;

    /// <summary>Our own account's id, as long as it is not asked anew: without it our own requests would be somebody's.</summary>
    public long? OwnId { get; set; }

    /// <summary>What our own people were told about how the daemon is set up.</summary>
    public List<string> WarningsTold { get; init; } = [];

    /// <summary>What they were told about who else works or listens here.</summary>
    public List<string> SurroundingsTold { get; init; } = [];

    /// <summary>The first day that no summary was made of yet; null before the first start.</summary>
    public DateOnly? SummaryFrom { get; set; }

    /// <summary>Set when this memory came out of a backup; null otherwise.</summary>
    public RestoredFrom? Restored { get; set; }

    public void Close(DateTimeOffset end)
    {
        Open = null;
        Decided.Add(end);
        if (Decided.Count > MostEnds)
            Decided.RemoveRange(0, Decided.Count - MostEnds);
    }
}
