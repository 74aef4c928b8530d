using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Athena.Common.Telemetry;
using Athena.Decisions.CommandLine;
using Athena.Decisions.Web;
using Athena.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Athena.Decisions.Tests;

/// <summary>The program as it is composed, with its web server, before a desk that a test furnishes.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly IHost host;

    private Stage(ProxyIdentity identity, bool isUnix, TimeSpan? headerPatience, string? metrics, bool hasPage)
    {
        Desk = new FakeDesk(directory["desk"]);
        Socket = directory["http"];
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(new Collecting(Log));
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(SdNotify.FromEnvironment()).AddSingleton<ServiceStatus>()
            .AddSingleton<Heartbeat>();
        var listen = isUnix ? new ListenAddress(null, Socket) : new ListenAddress(new IPEndPoint(IPAddress.Loopback, 0), null);
        DecisionsProgram.Compose(
            builder.Services,
            new DecisionsSettings(LogLevel.Trace, "", hasPage ? listen : null, identity, directory["desk"])
            {
                Metrics = metrics is null ? null : new IPEndPoint(IPAddress.Loopback, 0),
                MetricsFolder = metrics ?? "",
            },
            [], headerPatience);
        host = builder.Build();
        Client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectCallback = isUnix ? ConnectAsync : null,
        })
        { Timeout = TimeSpan.FromSeconds(30) };
    }

    public FakeDesk Desk { get; }

    /// <summary>Where it listens: for the page, and for metrics.</summary>
    public ICollection<string> Addresses => host.Services.GetRequiredService<DecisionServer>().Addresses;

    /// <summary>The path of the unix socket, where it listens at one.</summary>
    public string Socket { get; }

    /// <summary>Everything that was logged, at each level.</summary>
    public ConcurrentQueue<string> Log { get; } = [];

    /// <summary>Asks it below <see cref="Folder"/>.</summary>
    public HttpClient Client { get; }

    /// <summary>What the addresses of decisions begin with, as seen here.</summary>
    public string Folder => $"{Client.BaseAddress}athena/decide/";

    public static async Task<Stage> OpenAsync(
        ProxyIdentity identity = ProxyIdentity.None, bool isUnix = false, TimeSpan? headerPatience = null, bool hasDesk = true,
        string? metrics = null, bool hasPage = true)
    {
        var stage = new Stage(identity, isUnix, headerPatience, metrics, hasPage);
        if (hasDesk) await stage.Desk.StartAsync();
        await stage.host.StartAsync();
        stage.Client.BaseAddress = new Uri(
            isUnix ? "http://decisions/" : stage.Addresses.First() + "/");
        return stage;
    }

    public Task<HttpResponseMessage> GetAsync(string token, HttpMethod? method = null) =>
        Client.SendAsync(new HttpRequestMessage(method ?? HttpMethod.Get, $"athena/decide/{token}"));

    public Task<HttpResponseMessage> PostAsync(string token, params (string Name, string Value)[] fields) => Client.PostAsync(
        $"athena/decide/{token}",
        new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await host.StopAsync();
        host.Dispose();
        await Desk.DisposeAsync();
        directory.Dispose();
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancel);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private sealed class Collecting(ConcurrentQueue<string> log) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => new Logger(log, categoryName);

        public void Dispose()
        {
        }

        private sealed class Logger(ConcurrentQueue<string> log, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(
                LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                log.Enqueue($"{logLevel} {category} {formatter(state, exception)} {exception}");
        }
    }
}
