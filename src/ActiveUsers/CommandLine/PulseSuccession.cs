using System.Text.Json.Nodes;
using Athena.Common.Hosting;
using Athena.Common.Hosting.TakeOver;

namespace Athena.ActiveUsers.CommandLine;

/// <summary>How the pulse takes over from a timer of before: what was before the change was told by that, and is not told as missed.</summary>
internal static class PulseSuccession
{
    public static Succession<ActiveUsersSettings> Create() => new()
    {
        Consequence = "nobody is told in the chat who uses Grafana and how it is",
        OldGuardMayRunAnyTime = false,
        Trial = ["once"],
        WhyNotYet = WhyNotYet,
        Adopt = (context, adoption, _) => Task.FromResult(Adopt(context, adoption)),
    };

    internal static string? WhyNotYet(JsonNode status) =>
        status["dryRun"]?.GetValue<bool>() == true ? "DRY_RUN is set, so it sends nothing"
        : status["handledTo"] is null ? "it does not know yet with which window to begin"
        : null;

    private static AdoptionReply Adopt(WorkerContext<ActiveUsersSettings> context, Adoption adoption)
    {
        // Without a state of ours everything begins with the first start anyway.
        if (!adoption.HasOldGuard || adoption.IsPreview) return new AdoptionReply("");
        using var site = PulseSite.Open(context);
        site.Parts.Cycle.BeginAnew();
        return site.Memory.SaveProblem is { } problem ? new AdoptionReply("", Problem: problem) : new AdoptionReply("");
    }
}
