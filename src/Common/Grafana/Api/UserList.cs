using System.Buffers;
using System.Text.Json;

namespace Athena.Common.Grafana.Api;

/// <summary>
/// All users, never a part of them. One answer is one query of Grafana's database, so nobody can slip through it; that is why
/// more are asked for than there are. Pages are the way out where a server gives no more than so many at a time.
/// </summary>
internal sealed class UserList(GrafanaCalls calls, TimeProvider time) : IDisposable
{
    private const int LargestPage = 640_000;
    private const int LongestPaging = 10_000;
    private const int MostPasses = 4;

    // How often a list that looks whole is checked for being cut off all the same.
    private static readonly TimeSpan CheckEvery = TimeSpan.FromMinutes(5);

    // By how many a list may have grown since that check. To check each time while people sign up would double what each of them waits.
    private const int Growth = 50;

    private readonly SemaphoreSlim one = new(1);
    private readonly Dictionary<long, GrafanaUser> known = [];
    private int perPage = 5000;
    private int wholeUpTo;
    private DateTimeOffset checkedAt;

    /// <summary>
    /// Users as they are remembered: where the list says the same of them, their texts are not made a second time. With tens of thousands
    /// who wait that is a fifth of all memory. What the list says counts in any case.
    /// </summary>
    /// <param name="users">Of those of whom that is remembered.</param>
    /// <param name="count">How many there were in all: the first question has room for them, and need not be asked again and again.</param>
    public void Remember(IEnumerable<GrafanaUser> users, int count)
    {
        foreach (var user in users) known.TryAdd(user.Id, user);
        MakeRoomFor(count);
    }

    public async Task<RequestAttempt> ReadAsync(CancellationToken cancel)
    {
        await one.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return await ReadOneAnswerAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    private async Task<RequestAttempt> ReadOneAnswerAsync(CancellationToken cancel)
    {
        while (true)
        {
            var first = await PageAsync(1, perPage, cancel).ConfigureAwait(false);
            if (first.Value is not List<GrafanaUser> users)
                return first;

            // We are a user ourselves.
            if (users.Count == 0)
                return new(
                    GrafanaOutcome.Unavailable,
                    null,
                    $"Could not {Route.Users.Purpose}: Grafana lists none at all, not even us.",
                    MayRetry: true);

            if (users.Count >= perPage && perPage < LargestPage)
            {
                // Full to the brim: there may be more. Ask for twice as many, also from now on.
                MakeRoomFor(users.Count);
                continue;
            }

            if (!MayBeCutOff(users.Count))
                return Whole(users);

            var second = await PageAsync(2, perPage, cancel).ConfigureAwait(false);
            if (second.Value is not List<GrafanaUser> more)
                return second;
            if (more.Count > 0)
                return await ReadPagesAsync(users.Count, cancel).ConfigureAwait(false);
            wholeUpTo = Math.Max(wholeUpTo, users.Count);
            checkedAt = time.GetUtcNow();
            return Whole(users);
        }
    }

    private void MakeRoomFor(int count)
    {
        while (perPage <= count && perPage < LargestPage)
            perPage *= 2;
    }

    // A server that caps the page shows it by a second page where there should be none. Asked for when the list is much longer than any
    // found whole, when its length is a number that people choose for a limit, and now and then.
    private bool MayBeCutOff(int count) =>
        count > wholeUpTo + Growth || wholeUpTo == 0 || count % 100 == 0 || int.IsPow2(count)
            || time.GetUtcNow() - checkedAt >= CheckEvery;

    // Offset paging over logins shifts while people come and go: one who is deleted pulls everybody behind them one place forward, over
    // the edge of a page that was already read, and somebody is missed. So it is read until two passes in a row saw the same ids. What they
    // never agree on is taken together: somebody too many is found to be gone when they are asked for, somebody missed would stay inside.
    private async Task<RequestAttempt> ReadPagesAsync(int perPage, CancellationToken cancel)
    {
        var all = new Dictionary<long, GrafanaUser>();
        HashSet<long>? before = null;
        for (var pass = 1; pass <= MostPasses; pass++)
        {
            var seen = new HashSet<long>();
            for (var page = 1; page <= LongestPaging; page++)
            {
                var read = await PageAsync(page, perPage, cancel).ConfigureAwait(false);
                if (read.Value is not List<GrafanaUser> users)
                    return read;
                var isNew = false;
                foreach (var user in users)
                {
                    isNew |= seen.Add(user.Id);
                    all[user.Id] = user;
                }

                // Past the end there is nothing; a page without anybody new is a server that does not know pages.
                if (users.Count < perPage || !isNew)
                    break;
            }

            if (before is not null && before.SetEquals(seen))
                return Whole([.. seen.Select(id => all[id])]);
            before = seen;
        }

        return Whole([.. all.Values]);
    }

    private RequestAttempt Whole(List<GrafanaUser> users)
    {
        // Texts of people long gone need not be kept.
        if (known.Count > (2 * users.Count) + 100)
        {
            known.Clear();
            foreach (var user in users)
                known[user.Id] = user;
        }

        return RequestAttempt.Done(users);
    }

    private Task<RequestAttempt> PageAsync(int page, int perPage, CancellationToken cancel) => calls.AttemptAsync(
        GrafanaRequest.To(Route.Users, perPage, page), () => new UserListReader(known), cancel);
}

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
