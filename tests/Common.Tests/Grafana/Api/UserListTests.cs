using System.Buffers;
using System.Text;
using System.Text.Json;
using Athena.Common.Grafana.Api;
using Athena.Common.Text;

namespace Athena.Common.Tests.Grafana.Api;

public sealed class UserListTests : GrafanaTestBase
{
    private const string User = """{"id":1,"login":"a","isAdmin":false,"isDisabled":false,"authLabels":[]}""";

    private static readonly CancellationToken Never = CancellationToken.None;

    [TestCase("list with odd names", "day")]
    [TestCase("list with hostile e-mails", "attacks")]
    public async Task Reads_every_hostile_name_exactly_as_far_as_names_are_kept(string scene, string file)
    {
        await using var peer = new HttpPeer(request => Page(request) == 1 ? Recorded.Answer(scene, file) : PeerAnswer.Json("[]"))
        {
            OneByteAtATime = true,
        };
        var users = (await Client(WithToken(peer.Url)).AllUsersAsync(Never)).Value!;
        var expected = Recorded.Json(scene, file).EnumerateArray().ToList();
        Assert.That(users, Has.Count.EqualTo(expected.Count));
        for (var at = 0; at < expected.Count; at++)
        {
            var one = expected[at];
            Assert.That(users[at], Is.EqualTo(new GrafanaUser(
                one.GetProperty("id").GetInt64(),
                one.GetProperty("uid").GetString(),
                ClaimedText.Cut(one.GetProperty("login").GetString()!),
                ClaimedText.Cut(one.GetProperty("email").GetString()!),
                ClaimedText.Cut(one.GetProperty("name").GetString()!),
                one.GetProperty("isAdmin").GetBoolean(),
                one.GetProperty("isDisabled").GetBoolean(),
                [],
                one.GetProperty("created").GetDateTimeOffset(),
                one.GetProperty("lastSeenAt").GetDateTimeOffset())));
        }
    }

    [Test]
    public async Task Of_whoever_is_remembered_the_list_counts_and_equal_texts_are_not_made_twice()
    {
        await using var peer = new HttpPeer(request => Page(request) == 1
            ? PeerAnswer.Json(
                """[{"id":7,"uid":"u7","login":"a@x","email":"a@x","name":"New Name","isAdmin":true,"isDisabled":false,"authLabels":["LDAP"]},{"id":8,"uid":"other","login":"b","email":"","name":"","isAdmin":false,"isDisabled":true,"authLabels":[]}]""")
            : PeerAnswer.Json("[]"));
        var client = Client(WithToken(peer.Url));
        var remembered = new GrafanaUser(7, "u7", new string("a@x"), "a@x", "Old Name", IsAdmin: false, IsDisabled: true, [], null, null);
        client.Remember(
            [
                remembered,
                new GrafanaUser(8, "u8", "b", "", "", false, false, [], null, null),
                new GrafanaUser(9, "u9", "gone", "", "", false, false, [], null, null),
            ],
            count: 3);
        var users = (await client.AllUsersAsync(Never)).Value!;
        Assert.That(
            users.Select(user => (user.Id, user.Uid, user.Login, user.Name, user.IsAdmin, user.IsDisabled, user.IsExternal)),
            Is.EqualTo(new[]
            {
                (7L, "u7", "a@x", "New Name", true, false, true),
                (8L, "other", "b", "", false, true, false),
            }));
        Assert.That(users[0].Login, Is.SameAs(remembered.Login));
    }

    [Test]
    public async Task Knows_external_users_by_their_labels()
    {
        await using var peer = new HttpPeer(request => Page(request) == 1
            ? Recorded.Answer("list: authLabels of a single sign-on user", "single-sign-on") : PeerAnswer.Json("[]"));
        var users = (await Client(WithToken(peer.Url)).AllUsersAsync(Never)).Value!;
        Assert.That(
            users.Where(user => user.IsExternal).Select(user => (user.Id, user.AuthLabels.Single())),
            Is.EqualTo(new[] { (2L, "Generic OAuth") }));
    }

    [Test]
    public async Task Asks_for_all_at_once_and_looks_behind_only_when_the_list_has_grown_much()
    {
        var server = new ListServer { Users = 57 };
        await using var peer = new HttpPeer(server.Answer);
        var client = Client(WithToken(peer.Url));
        for (var look = 0; look < 4; look++)
            Assert.That((await client.AllUsersAsync(Never)).Value, Has.Count.EqualTo(57));
        foreach (var users in (int[])[58, 107, 108])
        {
            server.Users = users;
            Assert.That((await client.AllUsersAsync(Never)).Value, Has.Count.EqualTo(users));
        }

        Assert.That(server.Asked, Is.EqualTo(
            new[] { (5000, 1), (5000, 2), (5000, 1), (5000, 1), (5000, 1), (5000, 1), (5000, 1), (5000, 1), (5000, 2) }));
    }

    [Test]
    public async Task A_list_that_fills_the_answer_is_asked_for_again_with_room_for_more()
    {
        var server = new ListServer { Users = 12_345 };
        await using var peer = new HttpPeer(server.Answer);
        var client = Client(WithToken(peer.Url));
        Assert.That((await client.AllUsersAsync(Never)).Value, Has.Count.EqualTo(12_345));
        Assert.That((await client.AllUsersAsync(Never)).Value, Has.Count.EqualTo(12_345));
        Assert.That(server.Asked, Is.EqualTo(new[] { (5000, 1), (10_000, 1), (20_000, 1), (20_000, 2), (20_000, 1) }));
    }

    [TestCase(12_345, 12_345)]
    [TestCase(12_345, 12_000)]
    [TestCase(12_345, 19_999)]
    public async Task A_list_of_which_it_is_known_how_long_it_was_is_asked_for_once(int count, int remembered)
    {
        var server = new ListServer { Users = count };
        await using var peer = new HttpPeer(server.Answer);
        var client = Client(WithToken(peer.Url));
        client.Remember([], remembered);
        Assert.That((await client.AllUsersAsync(Never)).Value, Has.Count.EqualTo(count));
        Assert.That(server.Asked, Is.EqualTo(new[] { (20_000, 1), (20_000, 2) }));
    }

    [TestCase(1000, 2500)]
    [TestCase(1000, 2000)]
    [TestCase(777, 2500)]
    [TestCase(1, 3)]
    public async Task A_server_that_gives_no_more_than_so_many_is_read_page_by_page(int cap, int count)
    {
        var server = new ListServer { Users = count, Cap = cap };
        await using var peer = new HttpPeer(server.Answer);
        var client = Client(WithToken(peer.Url));
        for (var look = 0; look < 2; look++)
        {
            var users = (await client.AllUsersAsync(Never)).Value!;
            Assert.That(users.Select(user => user.Id), Is.EquivalentTo(Enumerable.Range(1, count)));
        }
    }

    [Test]
    public async Task A_cap_that_the_list_grows_up_to_is_noticed()
    {
        var server = new ListServer { Users = 777, Cap = 777 };
        await using var peer = new HttpPeer(server.Answer);
        var client = Client(WithToken(peer.Url));
        Assert.That((await client.AllUsersAsync(Never)).Value, Has.Count.EqualTo(777));
        server.Users = 778;
        Time.Advance(TimeSpan.FromMinutes(5));
        Assert.That((await client.AllUsersAsync(Never)).Value, Has.Count.EqualTo(778));
    }

    [Test]
    public async Task Nobody_is_missed_while_the_pages_shift_under_the_reader()
    {
        // Somebody is deleted from the first page after it was read: the first of the second page moves to where nobody looks any more.
        var server = new ListServer { Users = 250, Cap = 100 };
        server.After = (page, asked) =>
        {
            if (asked == 3 && page == 1)
                server.Deleted.Add(7);
        };
        await using var peer = new HttpPeer(server.Answer);
        var users = (await Client(WithToken(peer.Url)).AllUsersAsync(Never)).Value!;
        Assert.That(users.Select(user => user.Id), Is.EquivalentTo(Enumerable.Range(1, 250).Where(id => id != 7)));
    }

    [Test]
    public async Task Pages_that_never_agree_are_taken_together()
    {
        var server = new ListServer { Users = 250, Cap = 100 };
        server.After = (page, _) =>
        {
            if (page == 1)
                server.Deleted.Add(server.Deleted.Count + 1);
        };
        await using var peer = new HttpPeer(server.Answer);
        var users = (await Client(WithToken(peer.Url)).AllUsersAsync(Never)).Value!;
        Assert.That(Enumerable.Range(20, 230).Select(id => (long)id), Is.SubsetOf(users.Select(user => user.Id)));
    }

    [TestCase("[]")]
    [TestCase("")]
    [TestCase("<html>")]
    [TestCase("""[USER,""")]
    [TestCase("""[USER""")]
    [TestCase("""[USER] [""")]
    [TestCase("""[USER] []""")]
    public async Task What_is_no_list_is_never_a_short_list(string body)
    {
        await using var peer = new HttpPeer(request =>
            Page(request) == 1 ? PeerAnswer.Json(body.Replace("USER", User, StringComparison.Ordinal)) : PeerAnswer.Json("[]"));
        var answer = await Time.PassPausesAsync(Client(WithToken(peer.Url)).AllUsersAsync(Never));
        Assert.That(answer.Outcome, Is.EqualTo(GrafanaOutcome.Unavailable));
        Assert.That(answer.Value, Is.Null);
    }

    [TestCase("null", "no list of accounts")]
    [TestCase("{}", "no list of accounts")]
    [TestCase("""{"totalCount":1,"users":[USER]}""", "no list of accounts")]
    [TestCase("""[USER,{"login":"without id"}]""", "an account in it has no “id”")]
    [TestCase("""[USER,17]""", "not all in it are accounts")]
    [TestCase("""[{"id":"1","login":"a"}]""", "an account in it has no “id”")]
    [TestCase("""[USER,{"id":8,"isAdmin":false,"authLabels":[]}]""", "the account with id 8 has no “isDisabled”")]
    [TestCase("""[USER,{"id":8,"isDisabled":null,"isAdmin":false,"authLabels":[]}]""", "the account with id 8 has no “isDisabled”")]
    [TestCase("""[{"id":8,"isDisabled":"true","isAdmin":false,"authLabels":[]}]""", "the account with id 8 has no “isDisabled”")]
    [TestCase(
        """[{"id":1,"isDisabled":false,"isAdmin":false},{"id":8,"isDisabled":true,"isAdmin":false}]""",
        "no account in it has “authLabels”")]
    [TestCase("""[{"id":1,"isDisabled":false,"authLabels":[]}]""", "no account in it has “isAdmin”")]
    public async Task A_list_that_lacks_what_decisions_hang_on_is_not_understood_and_says_what_it_lacks(string body, string lacks)
    {
        await using var peer = new HttpPeer(request =>
            Page(request) == 1 ? PeerAnswer.Json(body.Replace("USER", User, StringComparison.Ordinal)) : PeerAnswer.Json("[]"));
        var answer = await Client(WithToken(peer.Url)).AllUsersAsync(Never);
        Assert.That(answer.Outcome, Is.EqualTo(GrafanaOutcome.NotUnderstood));
        Assert.That(answer.Value, Is.Null);
        Assert.That(answer.Detail, Does.Contain(lacks).And.Contain("Nothing is decided"));
    }

    [TestCase("""{"id":7,"login":"a","isExternal":false,"authLabels":[]}""", "isDisabled")]
    [TestCase("""{"id":7,"login":"a","isDisabled":0,"isExternal":false,"authLabels":[]}""", "isDisabled")]
    [TestCase("""{"id":7,"login":"a","isDisabled":true}""", "authLabels")]
    public async Task A_record_that_lacks_what_decisions_hang_on_is_not_understood_either(string body, string lacks)
    {
        await using var peer = new HttpPeer(_ => PeerAnswer.Json(body));
        var client = Client(WithToken(peer.Url));
        foreach (var answer in new[] { await client.UserAsync(7, Never), await client.LookUpAsync("a", Never) })
        {
            Assert.That(answer.Outcome, Is.EqualTo(GrafanaOutcome.NotUnderstood));
            Assert.That(answer.Detail, Does.Contain($"the account with id 7 has no “{lacks}”"));
        }
    }

    [Test]
    public void A_list_of_any_length_is_read_piece_by_piece()
    {
        // Every text as long as Grafana's columns allow, of signs that take six bytes each in JSON: 3.9 KB an account.
        var reader = new UserListReader([]);
        var waiting = new ReadOnlyMemory<byte>("["u8.ToArray());
        var longest = 0;
        for (var id = 1; id <= 20_000; id++)
        {
            byte[] more = [.. waiting.Span, .. Encoding.UTF8.GetBytes((id == 1 ? "" : ",") + Hostile(id))];
            longest = Math.Max(longest, more.Length);
            var arrived = new ReadOnlySequence<byte>(more);
            waiting = more.AsMemory((int)arrived.GetOffset(reader.Take(arrived, isLast: false)!.Value));
        }

        reader.Take(new ReadOnlySequence<byte>([.. waiting.Span, (byte)']']), isLast: true);
        var users = (List<GrafanaUser>)reader.Result!;
        Assert.That(users.Select(user => user.Id), Is.EqualTo(Enumerable.Range(1, 20_000)));
        Assert.That(users.Select(user => user.Name).Distinct(), Is.EqualTo(
            new[] { new string('<', ClaimedText.MostSigns - 1) + ClaimedText.Mark }));
        Assert.That(longest, Is.LessThan(2 * Hostile(1).Length), "never more than an account and the beginning of the next waits");
    }

    [Test]
    public async Task A_list_that_is_longer_than_any_other_answer_may_be_is_not_refused()
    {
        var body = $"[{string.Join(',', Enumerable.Range(1, 3_000).Select(id => Hostile(id)))}]";
        await using var peer = new HttpPeer(request => PeerAnswer.Json(Page(request) == 1 ? body : "[]"));
        Assert.That(body, Has.Length.GreaterThan(8 << 20));
        Assert.That((await Client(WithToken(peer.Url)).AllUsersAsync(Never)).Value, Has.Count.EqualTo(3_000));
    }

    [Test]
    public async Task A_connection_that_breaks_in_the_middle_is_no_list()
    {
        await using var peer = new HttpPeer(_ => PeerAnswer.Break);
        var answer = await Time.PassPausesAsync(Client(WithToken(peer.Url)).AllUsersAsync(Never));
        Assert.That(answer.Outcome, Is.EqualTo(GrafanaOutcome.Unavailable));
        Assert.That(answer.Detail, Does.Contain("broke before the answer was complete"));
    }

    [Test]
    public void Tolerates_missing_unknown_and_odd_fields()
    {
        var users = Read("""
            [{"new":{"deep":[1,{"id":9}]},"id":3,"login":"x","email":null,"name":7,"isAdmin":"yes","isDisabled":false,"authLabels":null,"created":"soon","lastSeenAt":"0001-01-01T00:00:00Z","x":[[]]},
             {"id":4,"isDisabled":false},
             {"id":5,"login":"\ud800 lone","uid":"","isAdmin":false,"isDisabled":true,"authLabels":["LDAP",1,null,"SAML"]}]
            """)!;
        Assert.That(users[0], Is.EqualTo(new GrafanaUser(3, null, "x", "", "", false, false, [], null, null)));
        Assert.That(users[1], Is.EqualTo(new GrafanaUser(4, null, "", "", "", false, false, [], null, null)));
        Assert.That(users[2].Login, Does.EndWith(" lone"));
        Assert.That(users[2].AuthLabels, Is.EqualTo(new[] { "LDAP", "SAML" }));
        Assert.That((users[2].IsDisabled, users[2].Uid), Is.EqualTo((true, (string?)null)));
    }

    [Test]
    public void A_user_of_whom_nothing_changed_is_the_same_object_as_before()
    {
        var known = new Dictionary<long, GrafanaUser>();
        var body = Bytes(Recorded.Answer("list: authLabels of a single sign-on user", "single-sign-on").Body);
        var first = UserListing.Read(body, known)!;
        Assert.That(UserListing.Read(body, known)!.Zip(first, ReferenceEquals), Is.All.True);
    }

    [TestCase("User")]
    [TestCase("of whom the name is much longer than anything that is kept of it, so that it has to be cut each time that it is read again")]
    public void Reading_three_thousand_unchanged_users_again_makes_hardly_any_garbage(string name)
    {
        var body = Bytes(ListServer.Json(Enumerable.Range(1, 3000), name));
        var known = new Dictionary<long, GrafanaUser>();
        UserListing.Read(body, known);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var users = UserListing.Read(body, known)!;
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(users, Has.Count.EqualTo(3000));
        Assert.That(bytes, Is.LessThan(3000 * 200), "the record that is compared, but no text");
    }

    private static List<GrafanaUser>? Read(string json) => UserListing.Read(Bytes(json), []);

    private static ReadOnlySequence<byte> Bytes(string json) => Pieces.Of(Encoding.UTF8.GetBytes(json), 64 * 1024);

    private static string Hostile(int id) =>
        $$"""{"id":{{id}},"uid":"u{{id}}","login":"{{Signs(190)}}","email":"{{Signs(190)}}","name":"{{Signs(255)}}","isAdmin":false,"isDisabled":true,"authLabels":[],"created":"2026-11-21T01:22:25Z"}""";

    private static string Signs(int count) => string.Concat(Enumerable.Repeat("\\u003c", count));

    private static int Page(PeerRequest request) => int.Parse(request.Target.Split("page=")[^1]);

    /// <summary>A user list behind offset paging, with an upper limit if wanted.</summary>
    private sealed class ListServer
    {
        public int Users { get; set; }

        public int Cap { get; init; } = int.MaxValue;

        public HashSet<int> Deleted { get; } = [];

        public List<(int PerPage, int Page)> Asked { get; } = [];

        public Action<int, int> After { get; set; } = (_, _) => { };

        public static string Json(IEnumerable<int> ids, string name = "User") => JsonSerializer.Serialize(ids.Select(id => new
        {
            id,
            uid = $"uid-{id}",
            name = $"{name} {id}",
            login = $"user{id}@example.org",
            email = $"user{id}@example.org",
            avatarUrl = "/public/img/user_profile.png",
            isAdmin = false,
            isDisabled = id % 3 == 0,
            isProvisioned = false,
            lastSeenAt = "2016-11-21T01:22:25Z",
            lastSeenAtAge = "10 years",
            authLabels = Array.Empty<string>(),
            created = "2026-11-21T01:22:25Z",
        }));

        public PeerAnswer Answer(PeerRequest request)
        {
            var perPage = int.Parse(request.Target.Split("perpage=")[1].Split('&')[0]);
            var page = Page(request);
            Asked.Add((perPage, page));
            var size = Math.Min(perPage, Cap);
            var answer = PeerAnswer.Json(Json(Enumerable.Range(1, Users).Where(id => !Deleted.Contains(id))
                .Skip((page - 1) * size).Take(size)));
            After(page, Asked.Count);
            return answer;
        }
    }
}
