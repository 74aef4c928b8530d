using System.Text.Json.Nodes;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Settings;
using Athena.Common.State.Audit;
using Athena.Common.Text;

namespace Athena.AutoDisable.CommandLine;

/// <summary><c>history WHO</c>: what the audit holds about an account, also one that is gone.</summary>
internal static class HistoryCommand
{
    /// <param name="isWhole">Every entry with every fact.</param>
    public static Task<int> RunAsync(
        WorkerContext<AutoDisableSettings> context, string who, bool isWhole, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var options = new AuditOptions(context.Common.StateDirectory, context.Common.AuditKeep, context.Common.VerdictKeep);
        var all = AuditReader.Read(options).ToList();
        var cases = all.Where(record => Fits(record, who)).Select(record => record.Case).ToHashSet();
        var entries = all.Where(record => cases.Contains(record.Case)).ToList();
        if (entries.Count == 0)
            return Task.FromResult(context.Print(new ControlReply(
                ExitCode.Fault, $"The audit holds nothing about {VisibleText.Escape(who)}. Names are kept for AUDIT_KEEP; uids longer.")));

        var text = new HistoryText(context.Zone);
        var json = new JsonArray([.. entries.Select(entry => new JsonObject
        {
            ["seq"] = entry.Seq,
            ["at"] = entry.At,
            ["case"] = entry.Case,
            ["event"] = entry.Event,
            ["verdict"] = entry.Verdict,
            ["facts"] = new JsonObject((entry.Facts ?? new Dictionary<string, string>())
                .Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value))),
        })]);
        return Task.FromResult(context.Print(new ControlReply(
            ExitCode.Ok, isWhole ? text.Whole(entries) : text.Sum(entries), json.ToText())));
    }

    private static bool Fits(AuditRecord record, string who)
    {
        var colon = who.IndexOf(':', StringComparison.Ordinal);
        var value = who[(colon + 1)..];
        return (colon > 0 ? who[..colon] : "") switch
        {
            "uid" => record.Case == value,
            "id" or "login" or "email" => record.Case == who || Fact(who[..colon]) == value,
            _ => record.Case == who || Fact("id") == who || Fact("login") == who || Fact("email") == who,
        };

        string? Fact(string name) => record.Facts?.GetValueOrDefault(name);
    }
}
