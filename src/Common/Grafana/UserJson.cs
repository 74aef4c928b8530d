using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Athena.Common.Grafana;

/// <summary>
/// Reads users straight from UTF-8. The list of thousands is read every 15 s and hardly ever changes: a text that is as it was
/// before is not made anew, and a user of whom nothing changed is the same object as before.
/// </summary>
internal static class UserJson
{
    // What Grafana says of an account that is external without saying by what.
    private static readonly string[] ExternalWithoutLabel = ["external"];

    /// <summary>Adds the users of a JSON array; false when it is no array of users with an id each. Then <paramref name="into"/> is of no use.</summary>
    /// <param name="known">Users as last read, by id; brought up to date.</param>
    public static bool TryReadList(ReadOnlySequence<byte> body, Dictionary<long, GrafanaUser> known, List<GrafanaUser> into)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
                return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                if (ReadUser(ref reader, known) is not { Id: > 0 } user)
                    return false;
                known[user.Id] = user;
                into.Add(user);
            }

            return reader.TokenType == JsonTokenType.EndArray && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>One user's own record, or null when it is none. A service account's has id 0 (docs/grafana.md §5).</summary>
    public static GrafanaUser? ReadOne(ReadOnlySequence<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject
                && ReadUser(ref reader, []) is { } user && (user.Id > 0 || user.Login.Length > 0) && !reader.Read()
                    ? user
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static GrafanaUser? ReadUser(ref Utf8JsonReader reader, Dictionary<long, GrafanaUser> known)
    {
        long id = 0;
        string? uid = null;
        string login = "", email = "", name = "";
        bool isAdmin = false, isDisabled = false, isExternal = false;
        IReadOnlyList<string> labels = [];
        DateTimeOffset? created = null, lastSeen = null;
        GrafanaUser? before = null;

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Next(ref reader, "id"u8))
            {
                if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out id))
                    known.TryGetValue(id, out before);
            }
            else if (Next(ref reader, "uid"u8))
            {
                uid = Text(ref reader, before?.Uid);
            }
            else if (Next(ref reader, "login"u8))
            {
                login = Text(ref reader, before?.Login) ?? "";
            }
            else if (Next(ref reader, "email"u8))
            {
                email = Text(ref reader, before?.Email) ?? "";
            }
            else if (Next(ref reader, "name"u8))
            {
                name = Text(ref reader, before?.Name) ?? "";
            }
            else if (Next(ref reader, "isAdmin"u8) || Next(ref reader, "isGrafanaAdmin"u8))
            {
                isAdmin |= reader.TokenType == JsonTokenType.True;
            }
            else if (Next(ref reader, "isDisabled"u8))
            {
                isDisabled = reader.TokenType == JsonTokenType.True;
            }
            else if (Next(ref reader, "isExternal"u8))
            {
                isExternal = reader.TokenType == JsonTokenType.True;
            }
            else if (Next(ref reader, "authLabels"u8))
            {
                labels = Labels(ref reader, before?.AuthLabels);
            }
            else if (Next(ref reader, "created"u8) || Next(ref reader, "createdAt"u8))
            {
                created = Time(ref reader);
            }
            else if (Next(ref reader, "lastSeenAt"u8))
            {
                lastSeen = Time(ref reader);
            }
            else if (reader.TokenType == JsonTokenType.PropertyName)
            {
                reader.Read();
            }

            reader.Skip();
        }

        if (reader.TokenType != JsonTokenType.EndObject)
            return null;
        if (isExternal && labels.Count == 0)
            labels = ExternalWithoutLabel;
        var user = new GrafanaUser(id, string.IsNullOrEmpty(uid) ? null : uid, login, email, name, isAdmin, isDisabled, labels, created, lastSeen);
        return user == before ? before : user;
    }

    // True when the property has this name; the reader then stands on its value.
    private static bool Next(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(name) && reader.Read();

    private static string? Text(ref Utf8JsonReader reader, string? before)
    {
        if (reader.TokenType != JsonTokenType.String)
            return null;
        try
        {
            return before is not null && reader.ValueTextEquals(before) ? before : reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // No valid Unicode (a lone surrogate, a broken byte): one such name must not hide all others.
            return reader.HasValueSequence ? Encoding.UTF8.GetString(reader.ValueSequence) : Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }

    private static IReadOnlyList<string> Labels(ref Utf8JsonReader reader, IReadOnlyList<string>? before)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return [];
        List<string>? labels = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (Text(ref reader, null) is { Length: > 0 } label)
                (labels ??= []).Add(label);
            reader.Skip();
        }

        if (labels is null)
            return [];
        return before is not null && labels.SequenceEqual(before, StringComparer.Ordinal) ? before : labels;
    }

    // Go writes the year 1 for a time that is not known.
    private static DateTimeOffset? Time(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var time) && time.Year > 1 ? time : null;
}
