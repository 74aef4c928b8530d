using System.Text.Json.Nodes;
using Athena.Common.Hosting;
using Athena.Common.Hosting.TakeOver;
using Athena.Common.State;
using Athena.Compliance.Windows;

namespace Athena.Compliance.CommandLine;

/// <summary>How the reports take over from a timer of before: what ended before the change was its business, and nobody gets a report twice.</summary>
internal static class ComplianceSuccession
{
    public static Succession<ComplianceSettings> Create() => new()
    {
        Consequence = "no hour is looked at and First2Lead gets no reports",
        OldGuardMayRunAnyTime = false,
        Trial = ["once"],
        WhyNotYet = WhyNotYet,
        Adopt = AdoptAsync,
    };

    internal static string? WhyNotYet(JsonNode status) =>
        status["dryRun"]?.GetValue<bool>() == true ? "DRY_RUN is set, so it reports nothing" : status["problem"]?.GetValue<string>();

    private static async Task<AdoptionReply> AdoptAsync(WorkerContext<ComplianceSettings> context, Adoption adoption, CancellationToken cancel)
    {
        // Without a state of ours everything begins with the first start anyway.
        var directory = context.Common.StateDirectory;
        if (!adoption.HasOldGuard || !Directory.Exists(directory)
            || new FileState<ComplianceState>(directory, ComplianceJson.Default.ComplianceState).Load() is StateLoad<ComplianceState>.Absent) return new AdoptionReply("");

        var since = TimeZoneInfo.ConvertTime(context.Time.GetUtcNow(), context.Settings.Zone);
        var text = $"Hours that ended before {since:yyyy-MM-dd HH:mm zzz} were the old guard's; ours decides those after";
        if (adoption.IsPreview) return new AdoptionReply(text);
        await using var site = ComplianceSite.Open(context);
        site.State.TakenOverAt = since;
        return site.Store.TryAppend(site.State, out var problem) ? new AdoptionReply(text) : new AdoptionReply("", Problem: problem);
    }
}
