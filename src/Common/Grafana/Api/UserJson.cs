using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Athena.Common.Text;

namespace Athena.Common.Grafana.Api;

/// <summary>
/// Reads users straight from UTF-8. The list of thousands is read every 15 s and hardly ever changes: a text that is as it was
/// before is not made anew, and a user of whom nothing changed is the same object as before.
/// </summary>
internal static class UserJson
{
    // What Grafana says of an account that is external without saying by what.
    private static readonly string[] ExternalWithoutLabel = ["external"];

    /// <summary>
    /// One user's own record: a <see cref="GrafanaUser"/>, a <see cref="Misfit"/> when it lacks what decisions hang on, null when it is
    /// none.
    /// </summary>
    public static object? ReadRecord(ReadOnlySequence<byte> body)
    {
        if (ReadWhole(body) is not var (user, fields) || user.Id <= 0)
            return null;
        if (!fields.HasFlag(UserFields.Disabled))
            return Misfit.Missing("isDisabled", user.Id);
        return (fields & (UserFields.Labels | UserFields.External)) == 0 ? Misfit.Missing("authLabels", user.Id) : user;
    }

    /// <summary>Who we are ourselves; null when it is no user's record. A service account has id 0 (docs/grafana.md §5).</summary>
    public static GrafanaUser? ReadSelf(ReadOnlySequence<byte> body) =>
        ReadWhole(body) is var (user, _) && (user.Id > 0 || user.Login.Length > 0) ? user : null;

    /// <summary>
    /// Reads the user at whose brace the reader stands. False: not all of it has arrived, and the reader is of no more use.
    /// </summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static bool TryRead(
        ref Utf8JsonReader reader, Dictionary<long, GrafanaUser> known, [NotNullWhen(true)] out GrafanaUser? user, out UserFields fields)
    {
        long id = 0;
        string? uid = null;
        string login = "", email = "", name = "";
        bool isAdmin = false, isDisabled = false, isExternal = false;
        IReadOnlyList<string> labels = [];
        DateTimeOffset? created = null, lastSeen = null;
        GrafanaUser? before = null;
        user = null;
        fields = UserFields.None;

        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                if (isExternal && labels.Count == 0)
                    labels = ExternalWithoutLabel;
                user = new GrafanaUser(
                    id, string.IsNullOrEmpty(uid) ? null : uid, login, email, name, isAdmin, isDisabled, labels, created, lastSeen);
                if (user == before)
                    user = before;
                return true;
            }

            var field = FieldOf(ref reader);
            if (!reader.Read())
                return false;
            switch (field)
            {
                case Field.Id when reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out id):
                    known.TryGetValue(id, out before);
                    break;
                case Field.Uid:
                    uid = Text(ref reader, before?.Uid);
                    break;
                case Field.Login:
                    login = Text(ref reader, before?.Login) ?? "";
                    break;
                case Field.Email:
                    email = Text(ref reader, before?.Email) ?? "";
                    break;
                case Field.Name:
                    name = Text(ref reader, before?.Name) ?? "";
                    break;
                case Field.Admin when IsFlag(reader.TokenType):
                    isAdmin |= reader.TokenType == JsonTokenType.True;
                    fields |= UserFields.Admin;
                    break;
                case Field.Disabled when IsFlag(reader.TokenType):
                    isDisabled = reader.TokenType == JsonTokenType.True;
                    fields |= UserFields.Disabled;
                    break;
                case Field.External when IsFlag(reader.TokenType):
                    isExternal = reader.TokenType == JsonTokenType.True;
                    fields |= UserFields.External;
                    break;
                case Field.Labels when reader.TokenType is JsonTokenType.StartArray or JsonTokenType.Null:
                    fields |= UserFields.Labels;
                    if (!TryReadLabels(ref reader, before?.AuthLabels, out labels))
                        return false;
                    break;
                case Field.Created:
                    created = Time(ref reader);
                    break;
                case Field.LastSeen:
                    lastSeen = Time(ref reader);
                    break;
            }

            if (!reader.TrySkip())
                return false;
        }

        return false;
    }

    private static (GrafanaUser User, UserFields Fields)? ReadWhole(ReadOnlySequence<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject && TryRead(ref reader, [], out var user, out var fields)
                && !reader.Read()
                ? (user, fields)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsFlag(JsonTokenType type) => type is JsonTokenType.True or JsonTokenType.False;

    private static Field FieldOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("id"u8) ? Field.Id
        : reader.ValueTextEquals("uid"u8) ? Field.Uid
        : reader.ValueTextEquals("login"u8) ? Field.Login
        : reader.ValueTextEquals("email"u8) ? Field.Email
        : reader.ValueTextEquals("name"u8) ? Field.Name
        : reader.ValueTextEquals("isAdmin"u8) || reader.ValueTextEquals("isGrafanaAdmin"u8) ? Field.Admin
        : reader.ValueTextEquals("isDisabled"u8) ? Field.Disabled
        : reader.ValueTextEquals("isExternal"u8) ? Field.External
        : reader.ValueTextEquals("authLabels"u8) ? Field.Labels
        : reader.ValueTextEquals("created"u8) || reader.ValueTextEquals("createdAt"u8) ? Field.Created
        : reader.ValueTextEquals("lastSeenAt"u8) ? Field.LastSeen
        : Field.Other;

    // Whatever it is that somebody typed: what is longer than a name is cut here (ClaimedText).
    private static string? Text(ref Utf8JsonReader reader, string? before)
    {
        if (reader.TokenType != JsonTokenType.String)
            return null;
        var length = reader.HasValueSequence ? checked((int)reader.ValueSequence.Length) : reader.ValueSpan.Length;
        try
        {
            if (length > ClaimedText.MostSigns)
                return LongText(ref reader, length, before);
            return before is not null && reader.ValueTextEquals(before) ? before : reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // No valid Unicode (a lone surrogate, a broken byte): one such name must not hide all others.
            return ClaimedText.Cut(reader.HasValueSequence
                ? Encoding.UTF8.GetString(reader.ValueSequence)
                : Encoding.UTF8.GetString(reader.ValueSpan));
        }
    }

    private static string LongText(ref Utf8JsonReader reader, int length, string? before)
    {
        var units = ArrayPool<char>.Shared.Rent(length);
        try
        {
            return ClaimedText.Cut(units.AsSpan(0, reader.CopyString(units)), before);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(units);
        }
    }

    // False: not all has arrived. The reader stands behind the list then, or on the null that Go writes for an empty one.
    private static bool TryReadLabels(ref Utf8JsonReader reader, IReadOnlyList<string>? before, out IReadOnlyList<string> labels)
    {
        labels = [];
        if (reader.TokenType == JsonTokenType.Null)
            return true;
        List<string>? read = null;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndArray)
            {
                if (read is not null)
                    labels = before is not null && read.SequenceEqual(before, StringComparer.Ordinal) ? before : read;
                return true;
            }

            if (Text(ref reader, null) is { Length: > 0 } label)
                (read ??= []).Add(label);
            if (!reader.TrySkip())
                return false;
        }

        return false;
    }

    // Go writes the year 1 for a time that is not known.
    private static DateTimeOffset? Time(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var time) && time.Year > 1 ? time : null;

    private enum Field
    {
        Other,
        Id,
        Uid,
        Login,
        Email,
        Name,
        Admin,
        Disabled,
        External,
        Labels,
        Created,
        LastSeen,
    }
}

/// <summary>Which of the fields that decisions hang on a user's record had, in the form that Grafana gives them.</summary>
[Flags]
internal enum UserFields
{
    None = 0,

    /// <summary><c>isDisabled</c>, true or false.</summary>
    Disabled = 1,

    /// <summary><c>authLabels</c>; null where Grafana has none to tell.</summary>
    Labels = 1 << 1,

    /// <summary><c>isExternal</c>, true or false; only in a single record.</summary>
    External = 1 << 2,

    /// <summary><c>isAdmin</c> in a list, <c>isGrafanaAdmin</c> in a single record.</summary>
    Admin = 1 << 3,
}
