using System.Text.Json;
using System.Text.Json.Nodes;
using Athena.Common.Files;
using Athena.Common.Notify.Channels;
using Athena.Common.State.Persons;

namespace Athena.Common.Notify.Delivery;

/// <summary>
/// The messages of an outbox that nobody has open, waiting and settled. One that waits and names the person is taken back: to send it
/// without the name would be another message than was meant.
/// </summary>
/// <param name="directory">The state directory.</param>
/// <param name="time">The clock.</param>
public sealed class MessageShelf(string directory, TimeProvider time) : IPersonShelf
{
    private const string Withdrawn = "taken back: the person was erased";

    /// <inheritdoc/>
    public string Name => "messages";

    /// <summary>A message says whom it names, but not whose account that is.</summary>
    public IEnumerable<PersonTrace> Traces() => [];

    /// <inheritdoc/>
    public JsonArray Show(PersonIdentity who) => new(
    [
        .. Folders().SelectMany(Read).Where(record => IsAbout(record, who) || Names(record, who)).Select(record => new JsonObject
        {
            ["key"] = record.Key,
            ["at"] = record.PutAt,
            ["waits"] = record.IsWaiting,
            ["to"] = new JsonArray([.. record.Recipients.Select(recipient => JsonValue.Create(recipient.Address))]),
            // One that is about others, too, is theirs as well.
            ["subject"] = IsAbout(record, who) ? record.Mail?.Subject : null,
            ["text"] = IsAbout(record, who) ? record.Mail?.Text : null,
        }),
    ]);

    /// <inheritdoc/>
    public int TakeOut(PersonIdentity who)
    {
        var changed = 0;
        foreach (var path in Folders())
        {
            var folder = new OutboxFolder(path, trouble => throw new IOException(trouble));
            foreach (var record in Read(path).Where(record => Names(record, who)).ToList())
            {
                folder.TryWrite(Without(record, who));
                changed++;
            }

            foreach (var damaged in Directory.EnumerateFiles(path, "*.unreadable").Where(file => who.IsIn(File.ReadAllText(file))).ToList())
            {
                File.Delete(damaged); // It is never sent.
                changed++;
            }
        }

        return changed;
    }

    private OutboxRecord Without(OutboxRecord record, PersonIdentity who)
    {
        var now = time.GetUtcNow();
        return record with
        {
            Mail = null,
            FinishedAt = record.FinishedAt ?? now,
            Recipients =
            [
                .. record.Recipients.Select(recipient =>
                    recipient.Status == OutboxStatus.Waiting ? recipient.Settle(OutboxStatus.Withdrawn, now, Withdrawn) : recipient)
                    .Select(recipient => recipient with
                    {
                        Address = who.Redact(recipient.Address),
                        Detail = recipient.Detail is { } detail ? who.Redact(detail) : null,
                    }),
            ],
        };
    }

    /// <summary>Keys are <c>locked/REFERENCE/…</c>.</summary>
    private static bool IsAbout(OutboxRecord record, PersonIdentity who) => record.Key.Split('/').Any(who.IsReference);

    private static bool Names(OutboxRecord record, PersonIdentity who) =>
        (record.Mail is { } mail && (IsAbout(record, who) || Texts(mail).Any(text => who.IsIn(text))))
        || record.Recipients.Any(recipient => who.IsIn(recipient.Address) || (recipient.Detail is { } detail && who.IsIn(detail)));

    private static IEnumerable<string> Texts(OutgoingMessage mail) =>
    [
        mail.Subject, mail.Text, mail.Html ?? "", .. (mail.Rows ?? []).SelectMany(row => row.Spans).Select(span => span.Text),
    ];

    private IEnumerable<string> Folders() =>
        ChannelRoute.Folders.Select(folder => Path.Combine(directory, folder)).Where(Directory.Exists);

    /// <summary>Safe beside the running daemon: nothing is set aside.</summary>
    private static IEnumerable<OutboxRecord> Read(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).ToList())
        {
            OutboxRecord? record = null;
            try
            {
                LibC.DemandOrdinary(path);
                record = JsonSerializer.Deserialize(File.ReadAllBytes(path), OutboxJson.Plain.OutboxRecord);
            }
            catch (Exception e) when (e is JsonException or FileNotFoundException)
            {
                // Sent meanwhile, or damaged, which the daemon tells.
            }

            if (record is not null) yield return record;
        }
    }
}
