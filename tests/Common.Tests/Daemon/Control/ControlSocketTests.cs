using System.Net.Sockets;
using System.Text;
using Athena.Common.Daemon.Control;
using Athena.Common.Settings;
using Athena.Common.Telemetry;
using Athena.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.Common.Tests.Daemon.Control;

internal sealed class ControlSocketTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ManualTime time = new();
    private TemporaryDirectory directory = null!;

    [SetUp]
    public void MakeDirectory() => directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => directory.Dispose();

    [Test]
    public async Task Answers_a_command_with_text_json_and_exit_code()
    {
        await using var daemon = await StartAsync((request, _) => Task.FromResult(
            new ControlReply(2, $"{request.Command} {request.Arguments["who"]}", "{\n\"approved\": [1, 2]\n}")));

        var reply = await AskAsync(new ControlRequest("approve", new Dictionary<string, string> { ["who"] = "ünï\n☃" }));

        Assert.That(reply, Is.EqualTo(new ControlReply(2, "approve ünï\n☃", "{\"approved\":[1,2]}")));
    }

    [Test]
    public async Task Is_for_its_owner_only_and_gone_when_the_daemon_is()
    {
        await using (await StartAsync(Echo))
            Assert.That(File.GetUnixFileMode(directory["control"]), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));

        Assert.That(Directory.GetFileSystemEntries(directory.Path), Is.Empty);
    }

    [Test]
    public async Task Says_not_running_without_a_socket_and_behind_a_dead_one()
    {
        Assert.That(await AskAsync(new ControlRequest("status")), Is.Null);

        LeaveBehind();
        Assert.That(await AskAsync(new ControlRequest("status")), Is.Null);
    }

    [Test]
    public async Task Replaces_the_socket_of_a_daemon_that_was_killed()
    {
        LeaveBehind();
        await using var daemon = await StartAsync(Echo);

        Assert.That((await AskAsync(new ControlRequest("status")))?.Text, Is.EqualTo("status"));
    }

    [Test]
    public async Task Refuses_to_take_the_place_of_a_living_daemon()
    {
        await using var daemon = await StartAsync(Echo);

        Assert.ThrowsAsync<IOException>(async () => await StartAsync(Echo));
        Assert.That((await AskAsync(new ControlRequest("status")))?.Text, Is.EqualTo("status"));
    }

    [Test]
    public void A_missing_directory_is_a_matter_of_configuration() =>
        Assert.ThrowsAsync<ConfigurationException>(async () => await StartAsync(Echo, "nowhere/control"));

    [TestCase("not json\n")]
    [TestCase("{}\n")]
    [TestCase("{\"command\":1}\n")]
    [TestCase("{\"command\":\"x\",\"arguments\":{\"a\":[]}}\n")]
    [TestCase("\n")]
    [TestCase("\0\uFFFF\n")]
    public async Task Tells_a_bad_client_so_and_goes_on(string line)
    {
        await using var daemon = await StartAsync(Echo);
        using var client = Connect();

        client.Send(Encoding.UTF8.GetBytes(line));
        Assert.That(ReadLine(client), Is.EqualTo("""{"exitCode":1,"text":"This is no request."}"""));
        client.Send("{\"command\":\"status\"}\n"u8);
        Assert.That(ReadLine(client), Does.Contain("status"));
    }

    [Test]
    public async Task Cuts_off_a_client_that_sends_without_end()
    {
        await using var daemon = await StartAsync(Echo);
        using var client = Connect();

        client.Send(new byte[ControlSocket.RequestLimit + 1]);

        Assert.That(IsClosed(client));
        Assert.That((await AskAsync(new ControlRequest("status")))?.Text, Is.EqualTo("status"));
    }

    [Test]
    public async Task Silent_clients_are_dropped_and_make_room()
    {
        await using var daemon = await StartAsync(Echo);
        var silent = Enumerable.Range(0, 16).Select(_ => Connect()).ToList();
        foreach (var client in silent)
        {
            // An answer proves that the daemon serves this client and waits for its next line.
            client.Send("{\"command\":\"x\"}\n"u8);
            ReadLine(client);
        }

        // The daemon's clock runs, the client's does not.
        var seventeenth = ControlClient.SendAsync(
            directory["control"], new ControlRequest("status"), Patience, TimeProvider.System, CancellationToken.None);
        while (!seventeenth.IsCompleted)
        {
            time.Advance(ControlSocket.ClientPatience);
            await Task.Yield();
        }

        Assert.That((await seventeenth)?.Text, Is.EqualTo("status"));
        silent.ForEach(c => c.Dispose());
    }

    [Test]
    public async Task A_request_may_come_one_byte_at_a_time()
    {
        await using var daemon = await StartAsync(Echo);
        using var client = Connect();

        foreach (var b in "{\"command\":\"slow\"}\n"u8.ToArray())
            client.Send([b]);

        Assert.That(ReadLine(client), Does.Contain("slow"));
    }

    [Test]
    public async Task A_fault_in_a_command_is_an_answer_and_not_the_end()
    {
        await using var daemon = await StartAsync((_, _) => throw new InvalidOperationException("a bug"));

        Assert.That(await AskAsync(new ControlRequest("x")), Is.EqualTo(new ControlReply(1, "The command failed: a bug")));
        Assert.That(await AskAsync(new ControlRequest("y")), Is.Not.Null);
    }

    [Test]
    public async Task A_daemon_that_does_not_answer_is_said_so()
    {
        var asked = new TaskCompletionSource();
        await using var daemon = await StartAsync(async (_, stop) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, time, stop);
            return new ControlReply(0, "");
        });

        var asking = AskAsync(new ControlRequest("x"));
        await asked.Task;
        time.Advance(Patience);

        Assert.That(Assert.ThrowsAsync<TimeoutException>(async () => await asking)!.Message, Does.Contain("within 20s"));
    }

    [Test]
    public async Task A_long_answer_comes_whole()
    {
        var text = new string('x', 3_000_000);
        await using var daemon = await StartAsync((_, _) => Task.FromResult(new ControlReply(0, text)));

        Assert.That((await AskAsync(new ControlRequest("pending")))?.Text, Is.EqualTo(text));
    }

    [Test]
    public async Task A_daemon_says_whether_its_loop_goes_round_and_leaves_the_rest_to_itself()
    {
        var heartbeat = new Heartbeat(time);
        var socket = ControlSocket.OfDaemon(directory["control"], heartbeat, Echo, NullLoggerFactory.Instance, time);
        await socket.StartAsync(CancellationToken.None);
        await using var daemon = new Running(socket);
        Assert.That((await AskAsync(new ControlRequest("alive")))?.ExitCode, Is.EqualTo(ExitCode.Ok));

        time.Advance(Watchdog.Patience);
        var hung = await AskAsync(new ControlRequest("alive"));
        Assert.That(hung, Is.EqualTo(new ControlReply(ExitCode.Fault, "It hangs: its main loop has not gone round for 2m.")));
        Assert.That((await AskAsync(new ControlRequest("status")))?.Text, Is.EqualTo("status"));

        heartbeat.Beat();
        Assert.That((await AskAsync(new ControlRequest("alive")))?.Text, Is.EqualTo("It works: its main loop goes round."));
    }

    private static Task<ControlReply> Echo(ControlRequest request, CancellationToken cancel) =>
        Task.FromResult(new ControlReply(0, request.Command));

    private Task<ControlReply?> AskAsync(ControlRequest request) =>
        ControlClient.SendAsync(directory["control"], request, Patience, time, CancellationToken.None);

    private async Task<Running> StartAsync(Func<ControlRequest, CancellationToken, Task<ControlReply>> handle, string name = "control")
    {
        var socket = new ControlSocket(directory[name], handle, NullLogger<ControlSocket>.Instance, time);
        await socket.StartAsync(CancellationToken.None);
        return new Running(socket);
    }

    private Socket Connect()
    {
        var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 5000 };
        client.Connect(new UnixDomainSocketEndPoint(directory["control"]));
        return client;
    }

    /// <summary>Closed in order, or reset because it had sent more than was read; never just silent.</summary>
    private static bool IsClosed(Socket client)
    {
        try
        {
            return client.Receive(new byte[1]) == 0;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionReset;
        }
    }

    private static string ReadLine(Socket client)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (client.Receive(one) == 1 && one[0] != '\n')
            line.Add(one[0]);
        return Encoding.UTF8.GetString([.. line]);
    }

    /// <summary>A socket file as a killed process leaves it: bound, and nobody behind it.</summary>
    private void LeaveBehind()
    {
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(directory["dying"]));
            dead.Listen();
            File.Move(directory["dying"], directory["control"]);
        }
    }

    private sealed class Running(ControlSocket socket) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await socket.StopAsync(CancellationToken.None);
            socket.Dispose();
        }
    }
}
