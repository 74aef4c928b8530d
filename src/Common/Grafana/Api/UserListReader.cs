using System.Buffers;
using System.Text.Json;

namespace Athena.Common.Grafana.Api;

/// <summary>
/// Reads a list of users while it arrives: of hundreds of megabytes never more than a piece is held. Its result is a list of
/// <see cref="GrafanaUser"/>, a <see cref="Misfit"/> when a field is missing that decisions hang on, or null when it is no JSON.
/// </summary>
/// <param name="known">Users as last read, by id; brought up to date.</param>
internal sealed class UserListReader(Dictionary<long, GrafanaUser> known) : IAnswerReader
{
    /// <summary>An account is a few kilobytes at most: the columns of its texts are short (docs/grafana.md §5).</summary>
    private const int LongestUser = 1024 * 1024;

    private readonly List<GrafanaUser> users = new(known.Count + 16);
    private JsonReaderState state;
    private UserFields seen;
    private Misfit? misfit;
    private bool isOpen;
    private bool isClosed;
    private bool isBroken;

    /// <inheritdoc/>
    public object? Result =>
        misfit is not null ? misfit
        : isBroken || !isClosed ? null
        : users.Count == 0 || seen.HasFlag(UserFields.Labels | UserFields.Admin) ? users
        : Misfit.MissingEverywhere(seen.HasFlag(UserFields.Labels) ? "isAdmin" : "authLabels");

    /// <inheritdoc/>
    public SequencePosition? Take(ReadOnlySequence<byte> arrived, bool isLast)
    {
        try
        {
            var reader = new Utf8JsonReader(arrived, isLast, state);
            Read(ref reader);
            state = reader.CurrentState;
            if (!isLast && arrived.Length - reader.BytesConsumed > LongestUser)
                misfit = new Misfit("an account in it is longer than a megabyte");
            return misfit is null ? reader.Position : null;
        }
        catch (JsonException)
        {
            isBroken = true;
            return null;
        }
    }

    private void Read(ref Utf8JsonReader reader)
    {
        var before = reader;
        while (misfit is null && reader.Read())
        {
            if (isClosed) throw new JsonException();
            if (!isOpen)
            {
                isOpen = true;
                if (reader.TokenType != JsonTokenType.StartArray) misfit = new Misfit("it is no list of accounts");
            }
            else if (reader.TokenType == JsonTokenType.EndArray)
            {
                isClosed = true;
            }
            else if (reader.TokenType != JsonTokenType.StartObject)
            {
                misfit = new Misfit("not all in it are accounts");
            }
            else if (UserJson.TryRead(ref reader, known, out var user, out var fields))
            {
                Add(user, fields);
            }
            else
            {
                reader = before; // The rest of this one is still to come.
                return;
            }

            before = reader;
        }
    }

    private void Add(GrafanaUser user, UserFields fields)
    {
        if (user.Id <= 0)
        {
            misfit = new Misfit("an account in it has no “id”");
        }
        else if (!fields.HasFlag(UserFields.Disabled))
        {
            misfit = Misfit.Missing("isDisabled", user.Id);
        }
        else
        {
            seen |= fields;
            known[user.Id] = user;
            users.Add(user);
        }
    }
}
