using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Athena.Common.Grafana.Database;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Grafana.Database;

/// <summary>The word of a real PostgreSQL that an account was made: a hint, which any role may send, and which may be lost.</summary>
[Category("Interop")]
[SupportedOSPlatform("linux")]
public sealed class BornLockedListenerTests() : BornLockedScenario(0)
{
    private readonly ConcurrentQueue<long> heard = [];
    private readonly ManualTime time = new();
    private CancellationTokenSource stop = new();
    private Task listening = Task.CompletedTask;

    [SetUp]
    public async Task Listen()
    {
        heard.Clear();
        stop = new CancellationTokenSource();
        listening = new BornLockedListener(new GrafanaDatabaseOptions { ConnectionString = Tables.AsRole, Daemon = "auto-disable" }, time)
            .ListenAsync(heard.Enqueue, stop.Token);
        await ListensAsync();
    }

    [TearDown]
    public async Task Stop()
    {
        await stop.CancelAsync();
        Assert.That(async () => await listening, Throws.InstanceOf<OperationCanceledException>());
        stop.Dispose();
    }

    [Test]
    public async Task Whoever_is_made_is_heard_of_at_once_and_nobody_whose_row_was_taken_back()
    {
        Install();
        await Tables.RunAsync("BEGIN; " + Insert("gone") + "; ROLLBACK");
        await InsertAsync();
        await HearsAsync(1);
        Assert.That(heard, Is.EqualTo(new[] { await LastIdAsync() }));
    }

    /// <summary>Any role of the database may say anything on that channel.</summary>
    [Test]
    public async Task Of_what_anybody_says_only_ids_are_passed_on_and_ten_a_second()
    {
        foreach (var junk in (string[])["", "x", "-1", " 7", "1e3", "99999999999999999999", new string('9', 7000)]) await SayAsync(junk);
        await Tables.RunAsync("SELECT pg_notify('athena_workers_born', n::text) FROM generate_series(1, 500) AS n");
        await SayAsync("junk behind it");
        await HearsAsync(10);
        await SecondAsync(1001);
        Assert.That(heard, Is.EqualTo(Enumerable.Range(1, 10).Append(1001)), "a second later the next are");
    }

    [Test]
    public async Task A_connection_that_was_lost_is_made_again_and_nobody_is_told_of_it()
    {
        var pausing = time.TimerSet(TimeSpan.FromSeconds(15));
        await Tables.RunAsync(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'athena-workers % listens' AND datname = "
            + "current_database()");
        await pausing;
        await SayAsync("5");
        time.Advance(TimeSpan.FromSeconds(15));
        await ListensAsync();
        await SayAsync("6");
        await HearsAsync(1);
        Assert.That(heard, Is.EqualTo(new[] { 6L }), "what was said meanwhile is found by the log and the list");
    }

    /// <summary>
    /// A firewall that forgot the connection drops what comes over it: neither side hears of it, but for the question whether it is there.
    /// </summary>
    [Test]
    public async Task A_connection_over_which_nothing_comes_any_more_is_found_dead_and_made_again()
    {
        using var between = new BetweenThem(Cluster.Port);
        ConcurrentQueue<long> there = [];
        using var end = new CancellationTokenSource();
        var pauses = new ManualTime();
        var pausing = pauses.TimerSet(TimeSpan.FromSeconds(15));
        var hearing = new BornLockedListener(Through(between.Port), pauses) { KeepAlive = TimeSpan.FromSeconds(1) }
            .ListenAsync(there.Enqueue, end.Token);
        await Eventually(async () => await CountAsync() == 2);
        between.Lose();
        await SayAsync("5");
        await pausing;
        pauses.Advance(TimeSpan.FromSeconds(15));
        await Eventually(async () =>
        {
            await SayAsync("6");
            return there.Contains(6L);
        });
        Assert.That((between.Accepted, there.Contains(5L)), Is.EqualTo((2, false)));

        // Whoever is cancelled amid a question tells the server so, by another connection.
        await end.CancelAsync();
        Assert.That(async () => await hearing, Throws.InstanceOf<OperationCanceledException>());
    }

    /// <summary>A pooler gives its own number for that of the server's process, and no notification comes through it.</summary>
    [Test]
    public async Task A_pooler_is_told_from_the_server_itself([Values] bool isPooled)
    {
        using var between = new Pooler(Cluster.Port, isPooled);
        Assert.That(await BornLockedListener.IsPooledAsync(Through(between.Port), default), Is.EqualTo(isPooled));
    }

    [Test]
    public async Task Where_nobody_answers_nothing_is_said_of_a_pooler() => Assert.That(
        await BornLockedListener.IsPooledAsync(
            new GrafanaDatabaseOptions
            {
                ConnectionString = "Host=127.0.0.1;Port=1;Database=x;Username=x;Password=x",
                Daemon = "auto-disable",
            },
            default), Is.Null);

    private GrafanaDatabaseOptions Through(int port) => new()
    {
        ConnectionString =
            $"Host=127.0.0.1;Port={port};Database={Tables.Name};Username={GrafanaTables.Role};Password='{GrafanaTables.Password}';"
            + "SSL Mode=Disable",
        Daemon = "auto-disable",
    };

    private Task SayAsync(string payload) => Tables.ValueAsync("SELECT pg_notify('athena_workers_born', $1)::text", payload);

    private async Task SecondAsync(long id)
    {
        time.Advance(TimeSpan.FromSeconds(1));
        await SayAsync(id.ToString(CultureInfo.InvariantCulture));
        await HearsAsync(11);
    }

    private Task HearsAsync(int count) => Eventually(() => Task.FromResult(heard.Count >= count));

    private Task ListensAsync() => Eventually(async () => await CountAsync() == 1);

    private async Task<long> CountAsync() => (long)(await Tables.ValueAsync(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'athena-workers % listens' AND datname = current_database() "
        + "AND query LIKE 'LISTEN%'"))!;

    private static async Task Eventually(Func<Task<bool>> isSo)
    {
        for (var tries = 0; !await isSo(); tries++)
        {
            Assert.That(tries, Is.LessThan(3000), "waited in vain");
            await Task.Delay(20);
        }
    }

    /// <summary>Passes all on, until it loses all that comes, without a word to either side.</summary>
    private sealed class BetweenThem : IDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource end = new();
        private readonly int server;
        private volatile bool isDeaf;
        private int accepted;

        public BetweenThem(int server)
        {
            this.server = server;
            listener.Start();
            _ = AcceptAsync();
        }

        public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

        public int Accepted => Volatile.Read(ref accepted);

        public void Lose() => isDeaf = true;

        public void Dispose()
        {
            end.Cancel();
            listener.Dispose();
            end.Dispose();
        }

        private async Task AcceptAsync()
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(end.Token);
                Interlocked.Increment(ref accepted);
                isDeaf = false;
                _ = JoinAsync(client);
            }
        }

        private async Task JoinAsync(TcpClient client)
        {
            using var near = client;
            using var far = new TcpClient();
            await far.ConnectAsync(IPAddress.Loopback, server, end.Token);
            await Task.WhenAny(PassAsync(near.GetStream(), far.GetStream()), PassAsync(far.GetStream(), near.GetStream()));
        }

        private async Task PassAsync(NetworkStream from, NetworkStream to)
        {
            var buffer = new byte[64 * 1024];
            while (await from.ReadAsync(buffer, end.Token) is > 0 and var read)
                if (!isDeaf) await to.WriteAsync(buffer.AsMemory(0, read), end.Token);
        }
    }

    /// <summary>
    /// Passes all on, and as a pooler changes the number of the server's process in the key that a client gets (BackendKeyData).
    /// </summary>
    private sealed class Pooler : IDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly bool changes;
        private readonly int server;

        public Pooler(int server, bool changes)
        {
            (this.server, this.changes) = (server, changes);
            listener.Start();
            _ = AcceptAsync();
        }

        public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

        public void Dispose() => listener.Dispose();

        private async Task AcceptAsync()
        {
            using var client = await listener.AcceptTcpClientAsync();
            using var behind = new TcpClient();
            await behind.ConnectAsync(IPAddress.Loopback, server);
            var there = client.GetStream().CopyToAsync(behind.GetStream());
            await BackAsync(behind.GetStream(), client.GetStream());
            await there;
        }

        private async Task BackAsync(NetworkStream from, NetworkStream to)
        {
            var buffer = new byte[64 * 1024];
            while (await from.ReadAsync(buffer) is > 0 and var read)
            {
                ReadOnlySpan<byte> key = [(byte)'K', 0, 0, 0, 12];
                if (changes && buffer.AsSpan(0, read).IndexOf(key) is >= 0 and var at) buffer[at + 8] ^= 1;
                await to.WriteAsync(buffer.AsMemory(0, read));
            }
        }
    }
}
