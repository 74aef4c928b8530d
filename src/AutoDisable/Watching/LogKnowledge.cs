using Athena.AutoDisable.Evidence;

namespace Athena.AutoDisable.Watching;

/// <summary>What the log has told: how accounts came, what of the time could be seen, and by which clock.</summary>
internal sealed record LogKnowledge(ArrivalEvidence Evidence, LogCoverage Sight, LogClock Clock);
