using System.Text;
using System.Text.Json.Nodes;
using Athena.Common.Hosting;

namespace Athena.AutoDisable.CommandLine;

/// <summary><c>pending</c>: asks for one part after the other, because strangers may be many.</summary>
internal static class PendingCommand
{
    public static async Task<int> RunAsync(WorkerContext<AutoDisableSettings> context, CancellationToken cancel)
    {
        var text = new StringBuilder();
        var all = new JsonArray();
        string? after = null;
        while (true)
        {
            var request = new ControlRequest("pending", after is null ? [] : new Dictionary<string, string> { ["after"] = after });
            var part = await GateProgram.AnswerAsync(context, request, cancel).ConfigureAwait(false);
            if (part.Json is null) return context.Print(part);
            text.Append(part.Text);
            foreach (var one in JsonNode.Parse(part.Json)!.AsArray()) all.Add(one!.DeepClone());
            if ((after = part.Next) is null) return context.Print(part with { Text = text.ToString(), Json = all.ToJsonString() });
        }
    }
}
