using System.Text.Json.Nodes;
using Athena.Common.Files;
using Athena.Common.State.Audit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.Common.State.Persons;

/// <summary>
/// The audit. What was decided stays, with its time and its uid; the facts of each entry that names them go as all facts go after
/// <c>AUDIT_KEEP</c>, so that the chain holds. The entry that tells of it names nobody.
/// </summary>
/// <param name="options">Where it lies.</param>
/// <param name="time">The clock.</param>
/// <param name="by">Who erases.</param>
public sealed class AuditShelf(AuditOptions options, TimeProvider time, string by) : IPersonShelf
{
    /// <summary>The audit's event for it.</summary>
    public const string Event = "person-erased";

    /// <summary>Of the account that an entry is about; in another one's they are that other one's.</summary>
    private static readonly string[] Claims = ["login", "email", "name", "id"];

    /// <summary>Where it lies.</summary>
    public AuditOptions Options => options;

    /// <inheritdoc/>
    public string Name => "audit";

    /// <inheritdoc/>
    public IEnumerable<PersonTrace> Traces() =>
        AuditReader.Read(options).Where(record => record.Facts?.ContainsKey("id") == true).Select(TraceOf);

    /// <inheritdoc/>
    public JsonArray Show(PersonIdentity who) => new(
    [
        .. AuditReader.Read(options).Where(record => IsAbout(record, who) || Names(record, who)).Select(record => new JsonObject
        {
            ["seq"] = record.Seq,
            ["at"] = record.At,
            ["event"] = record.Event,
            ["case"] = record.Case,
            ["verdict"] = record.Verdict,
            ["facts"] = new JsonObject((record.Facts ?? new Dictionary<string, string>())
                .Select(fact => KeyValuePair.Create(fact.Key, (JsonNode?)fact.Value))),
        }),
    ]);

    /// <inheritdoc/>
    public int TakeOut(PersonIdentity who)
    {
        LibC.DemandOrdinary(options.File);
        var lines = AuditReader.Lines(options.File).Select(line => (Line: line, AuditLine.Read(line.Bytes).Record))
            .Select(line => (line.Line, Without: line.Record is { } record && Names(record, who) ? record.WithoutFacts() : null)).ToList();
        var erased = lines.Count(line => line.Without is not null);
        if (erased > 0)
            PrivateFile.Replace(options.File, file =>
            {
                foreach (var (line, without) in lines)
                {
                    file.Write(without is null ? line.Bytes : AuditLine.Write(without));
                    if (without is null && line.IsFinished) file.WriteByte((byte)'\n');
                }
            });

        return erased;
    }

    /// <summary>Writes down that it was done.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Tell(PersonIdentity who)
    {
        using var log = AuditLog.Open(options, time, NullLogger<AuditLog>.Instance);
        log.Append(new AuditEntry(Event, who.Reference ?? "person", "what named this person was erased",
            new OrderedDictionary<string, string> { ["by"] = by }));
        if (!log.Flush()) throw new IOException(log.Problem);
    }

    /// <summary>Its facts are about them, or name them.</summary>
    private static bool Names(AuditRecord record, PersonIdentity who) => record.Facts is { } facts && (IsAbout(record, who)
        ? record.Event != Event
        : facts.Any(fact => !Claims.Contains(fact.Key) && who.IsIn(fact.Value)));

    private static bool IsAbout(AuditRecord record, PersonIdentity who) => who.Owns(TraceOf(record));

    private static PersonTrace TraceOf(AuditRecord record)
    {
        var facts = record.Facts;
        var account = PersonTrace.OfReference(record.Case);
        return account with
        {
            Id = account.Id ?? (long.TryParse(facts?.GetValueOrDefault("id"), out var id) ? id : null),
            Login = facts?.GetValueOrDefault("login"),
            Email = facts?.GetValueOrDefault("email"),
            Name = facts?.GetValueOrDefault("name"),
        };
    }
}
