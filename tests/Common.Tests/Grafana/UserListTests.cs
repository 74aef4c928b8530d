using System.Buffers;
using System.Text;
using System.Text.Json;
using Athena.Common.Grafana;

namespace Athena.Common.Tests.Grafana;

public sealed class UserListTests : GrafanaTestBase
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [TestCase("list with odd names", "day")]
    [TestCase("list with hostile e-mails", "attacks")]
    public async Task Reads_every_hostile_name_exactly(string scene, string file)
    {
        await using var peer = new HttpPeer(request => Page(request) == 1 ? Recorded.Answer(scene, file) : PeerAnswer.Json("[]")) { OneByteAtATime = true };
        var users = (await Client(WithToken(peer.Url)).AllUsersAsync(Never)).Value!;
        var expected = Recorded.Json(scene, file).EnumerateArray().ToList();
        Assert.That(users, Has.Count.EqualTo(expected.Count));
        for (var at = 0; at < expected.Count; at++)
        {
            var one = expected[at];
            Assert.That(users[at], Is.EqualTo(new GrafanaUser(
                one.GetProperty("id").GetInt64(),
                one.GetProperty("uid").GetString(),
                one.GetProperty("login").GetString()!,
                one.GetProperty("email").GetString()!,
                one.GetProperty("name").GetString()!,
                one.GetProperty("isAdmin").GetBoolean(),
                one.GetProperty("isDisabled").GetBoolean(),
                [],
                one.GetProperty("created").GetDateTimeOffset(),
                one.GetProperty("lastSeenAt").GetDateTimeOffset())));
        }
    }

    [Test]
    public async Task Knows_external_users_by_their_labels()
    {
        await using var peer = new HttpPeer(request => Page(request) == 1
            ? Recorded.Answer("list: authLabels of a single sign-on user", "single-sign-on") : PeerAnswer.Json("[]"));
        var users = (await Client(WithToken(peer.Url)).AllUsersAsync(Never)).Value!;
        Assert.That(users.Where(user => user.IsExternal).Select(user => (user.Id, user.AuthLabels.Single())), Is.EqualTo(new[] { (2L, "Generic OAuth") }));
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

        Assert.That(server.Asked, Is.EqualTo(new[] { (5000, 1), (5000, 2), (5000, 1), (5000, 1), (5000, 1), (5000, 1), (5000, 1), (5000, 1), (5000, 2) }));
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
    [TestCase("null")]
    [TestCase("{}")]
    [TestCase("<html>")]
    [TestCase("""{"totalCount":1,"users":[{"id":1}]}""")]
    [TestCase("""[{"id":1,"login":"a"},""")]
    [TestCase("""[{"id":1,"login":"a"}""")]
    [TestCase("""[{"id":1,"login":"a"}] [""")]
    [TestCase("""[{"id":1,"login":"a"},{"login":"without id"}]""")]
    [TestCase("""[{"id":1,"login":"a"},17]""")]
    [TestCase("""[{"id":"1","login":"a"}]""")]
    public async Task What_is_no_list_is_never_a_short_list(string body)
    {
        await using var peer = new HttpPeer(request => Page(request) == 1 ? PeerAnswer.Json(body) : PeerAnswer.Json("[]"));
        var answer = await Time.PassPausesAsync(Client(WithToken(peer.Url)).AllUsersAsync(Never));
        Assert.That(answer.Outcome, Is.EqualTo(GrafanaOutcome.Unavailable));
        Assert.That(answer.Value, Is.Null);
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
            [{"new":{"deep":[1,{"id":9}]},"id":3,"login":"x","email":null,"name":7,"isAdmin":"yes","authLabels":null,"created":"soon","lastSeenAt":"0001-01-01T00:00:00Z","x":[[]]},
             {"id":4},
             {"id":5,"login":"\ud800 lone","uid":"","isDisabled":true,"authLabels":["LDAP",1,null,"SAML"]}]
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
        List<GrafanaUser> first = [], second = [];
        Assert.That(UserJson.TryReadList(body, known, first), Is.True);
        Assert.That(UserJson.TryReadList(body, known, second), Is.True);
        Assert.That(second.Zip(first, ReferenceEquals), Is.All.True);
    }

    [Test]
    public void Reading_three_thousand_unchanged_users_again_makes_hardly_any_garbage()
    {
        var body = Bytes(ListServer.Json(Enumerable.Range(1, 3000)));
        var known = new Dictionary<long, GrafanaUser>();
        var users = new List<GrafanaUser>(3000);
        UserJson.TryReadList(body, known, users);
        users.Clear();
        var before = GC.GetAllocatedBytesForCurrentThread();
        UserJson.TryReadList(body, known, users);
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(users, Has.Count.EqualTo(3000));
        Assert.That(bytes, Is.LessThan(3000 * 200), "the record that is compared, but no text");
    }

    private static List<GrafanaUser>? Read(string json)
    {
        var users = new List<GrafanaUser>();
        return UserJson.TryReadList(Bytes(json), [], users) ? users : null;
    }

    private static ReadOnlySequence<byte> Bytes(string json) => Pieces.Of(Encoding.UTF8.GetBytes(json), 64 * 1024);

    private static int Page(PeerRequest request) => int.Parse(request.Target.Split("page=")[^1]);

    /// <summary>A user list behind offset paging, with an upper limit if wanted.</summary>
    private sealed class ListServer
    {
        public int Users { get; set; }

        public int Cap { get; init; } = int.MaxValue;

        public HashSet<int> Deleted { get; } = [];

        public List<(int PerPage, int Page)> Asked { get; } = [];

        public Action<int, int> After { get; set; } = (_, _) => { };

        public static string Json(IEnumerable<int> ids) => JsonSerializer.Serialize(ids.Select(id => new
        {
            id,
            uid = $"uid-{id}",
            name = $"User {id}",
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
            var answer = PeerAnswer.Json(Json(Enumerable.Range(1, Users).Where(id => !Deleted.Contains(id)).Skip((page - 1) * size).Take(size)));
            After(page, Asked.Count);
            return answer;
        }
    }
}
