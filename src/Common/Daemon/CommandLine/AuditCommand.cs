using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Athena.Common.Daemon.Control;
using Athena.Common.Settings;
using Athena.Common.State.Audit;
using Athena.Common.State.AuditCopies;
using Athena.Common.Text;

namespace Athena.Common.Daemon.CommandLine;

/// <summary><c>audit verify</c>, <c>audit export</c> and <c>audit compare</c>.</summary>
internal static class AuditCommand
{
    /// <param name="beside">What is kept beside the audit; null for nothing.</param>
    public static int Verify<TSettings>(
        WorkerContext<TSettings> context,
        Func<AuditOptions, TimeProvider, IEnumerable<AuditRecord>, IReadOnlyList<string>>? beside)
    {
        var options = Options(context);
        var found = AuditVerifier.Verify(options);
        if (beside is not null)
            found = found with { Problems = [.. found.Problems, .. beside(options, context.Time, AuditReader.Read(options))] };
        return context.Print(new ControlReply(found.IsIntact ? ExitCode.Ok : ExitCode.Fault, ToText(found), ToJson(found)));
    }

    /// <summary>See <see cref="AuditExport"/>.</summary>
    public static int Export<TSettings>(WorkerContext<TSettings> context)
    {
        foreach (var record in AuditReader.Read(Options(context)))
            context.Out.Write(Encoding.UTF8.GetString(AuditExport.Line(record)));
        return ExitCode.Ok;
    }

    /// <summary>With the copy in the database of <c>AUDIT_DATABASE</c>.</summary>
    /// <returns>0 where both are the same, 2 where lines wait, 1 where they differ or cannot be compared.</returns>
    public static async Task<int> CompareAsync<TSettings>(WorkerContext<TSettings> context, CancellationToken cancel)
    {
        if (context.Common.AuditDatabase is not { } connection)
            throw new ConfigurationException(
                "AUDIT_DATABASE is not set, so there is no copy. How to have one: /usr/share/doc/athena-workers/audit-database.md");
        var database = AuditDatabase.Open(context.AuditDatabase(connection));
        await using (database.ConfigureAwait(false))
        {
            var found = await AuditComparison.OfAsync(Options(context), database, cancel).ConfigureAwait(false);
            var text = new StringBuilder();
            if (found.First is { } first)
                text.Append("DIFFERS  ").Append(first).Append('\n').Append(
                    $"{found.Differences} lines differ. Whether the file was changed: sudo {context.Identity.Daemon} audit verify\n");
            foreach (var remark in found.Remarks) text.Append("remark   ").Append(remark).Append('\n');
            text.Append(found.First is null ? "File and database are the same" : "File and database are NOT the same")
                .Append($": {found.Lines} lines, head {found.FileHead.Seq} {found.FileHead.Hash} in the file; ")
                .Append($"{found.Copied} lines, head {found.CopyHead.Seq} {found.CopyHead.Hash} at {database.Place}\n");
            return context.Print(new ControlReply(
                found.First is not null ? ExitCode.Fault : found.Waiting > 0 ? ExitCode.Warnings : ExitCode.Ok, text.ToString(),
                ToJson(found)));
        }
    }

    private static string ToJson(AuditComparison found) => new JsonObject
    {
        ["same"] = found.First is null,
        ["file"] = new JsonObject { ["lines"] = found.Lines, ["last"] = found.FileHead.Seq, ["head"] = found.FileHead.Hash },
        ["database"] = new JsonObject { ["lines"] = found.Copied, ["last"] = found.CopyHead.Seq, ["head"] = found.CopyHead.Hash },
        ["waiting"] = found.Waiting,
        ["differences"] = found.Differences,
        ["first"] = found.First,
        ["remarks"] = new JsonArray([.. found.Remarks.Select(remark => (JsonNode)remark)]),
    }.ToText();

    private static AuditOptions Options<TSettings>(WorkerContext<TSettings> context)
    {
        var options = new AuditOptions(context.Common.StateDirectory, context.Common.AuditKeep, context.Common.VerdictKeep);
        if (!Directory.Exists(options.Directory))
            throw new ConfigurationException(
                $"{options.Directory} does not exist: the daemon has not run here, or STATE_DIR is another one.");

        // A directory that may not be read must not pass for one without an audit.
        _ = Directory.EnumerateFileSystemEntries(options.Directory).Any();
        return options;
    }

    private static string ToText(AuditVerification found)
    {
        var text = new StringBuilder();
        foreach (var problem in found.Problems)
            text.Append("CHANGED  ").Append(problem).Append('\n');
        foreach (var remark in found.Remarks)
            text.Append("remark   ").Append(remark).Append('\n');
        if (found is { IsIntact: true, Lines: 0 })
            return text.Append("There is no audit yet.\n").ToString();
        text.Append(found.IsIntact ? "The audit is whole" : "The audit was changed")
            .Append($": {found.Lines} lines, entries {found.First} to {found.Head.Seq}, head {found.Head.Hash}\n");
        return text.ToString();
    }

    private static string ToJson(AuditVerification found)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteBoolean("intact", found.IsIntact);
            json.WriteNumber("lines", found.Lines);
            json.WriteNumber("first", found.First);
            json.WriteNumber("last", found.Head.Seq);
            json.WriteString("head", found.Head.Hash);
            WriteList(json, "problems", found.Problems);
            WriteList(json, "remarks", found.Remarks);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<string> items)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
            json.WriteStringValue(item);
        json.WriteEndArray();
    }
}
