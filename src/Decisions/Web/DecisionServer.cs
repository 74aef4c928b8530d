using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Athena.Common.Daemon;
using Athena.Common.Settings;
using Athena.Common.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Athena.Decisions.Web;

/// <summary>
/// The web server, for the proxy on this host alone. It stands in the open as far as the proxy lets it, so all that a stranger can make
/// long, slow or many has its bound here.
/// </summary>
/// <param name="listen">Where it listens, unless systemd handed over sockets; null for no page.</param>
/// <param name="passed">Those sockets.</param>
/// <param name="answer">What is answered.</param>
internal sealed class DecisionServer(
    ListenAddress? listen, IReadOnlyList<PassedSocket> passed, Func<HttpContext, Task> answer, ILoggerFactory logging,
    ServiceStatus status, Heartbeat heartbeat, TimeProvider time)
    : BackgroundService
{
    /// <summary>Bytes of what is sent with a decision.</summary>
    public const int MostBody = 8 * 1024;

    /// <summary>Bytes of a request's headers: those of a browser with the cookies of Grafana and the proxy.</summary>
    public const int MostHeaders = 16 * 1024;

    public static TimeSpan UsualHeaderPatience { get; } = TimeSpan.FromSeconds(10);

    private const int MostConnections = 256;

    /// <summary>rw for the owner and the group: the proxy is in that group.</summary>
    private const UnixFileMode SocketMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <summary>Among what is known of a connection: it came where Prometheus is answered.</summary>
    private static readonly object ForMetrics = new();

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(30);

    private WebApplication? application;

    /// <summary>Until a request's headers are there.</summary>
    public TimeSpan HeaderPatience { get; init; } = UsualHeaderPatience;

    /// <summary>Where Prometheus is answered, and with what: no page there, and nothing of it where pages are. Null for nowhere.</summary>
    public (IPEndPoint End, Func<HttpContext, Task> Answer)? Metrics { get; init; }

    /// <summary>Where it is reached while it runs: <c>http://127.0.0.1:8377</c>.</summary>
    public ICollection<string> Addresses => application!.Urls;

    /// <summary>Listens; requests are answered from then on.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        application = Build();
        await application.StartAsync(cancellationToken).ConfigureAwait(false);
        IEnumerable<string> addresses = passed.Count > 0
            ? passed.Select(socket => socket.Address.ToString())
            : [.. listen is null ? (string[])[] : [listen.ToString()], .. Metrics is var (end, _) ? (string[])[end.ToString()] : []];
        status.Say($"listens at {string.Join(", ", addresses)}");
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        if (application is not null) await application.StopAsync(cancellationToken).ConfigureAwait(false);
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        if (application is not null) await application.DisposeAsync().ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Beat, time);
        do heartbeat.Beat();
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    /// <summary>
    /// From the empty builder: the slim one would also obey ASPNETCORE_ variables and an appsettings.json in the working directory.
    /// </summary>
    private WebApplication Build()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = Identity.Worker.Daemon });
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>()
            .Configure<HostOptions>(options => options.ShutdownTimeout = WorkerHost.StopPatience);

        // Warnings of the web server, and never less, whatever LOG_LEVEL says: its lines about requests hold addresses, and so tokens.
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddProvider(new Forwarding(logging));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Configure);
        builder.Services.Configure<SocketTransportOptions>(options => options.CreateBoundListenSocket = Bind);
        var built = builder.Build();
        built.Run(context =>
            Metrics is { } metrics && context.Features.Get<IConnectionItemsFeature>()?.Items.ContainsKey(ForMetrics) == true
                ? metrics.Answer(context)
                : answer(context));
        return built;
    }

    private void Configure(KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        options.Limits.MaxConcurrentConnections = MostConnections;
        options.Limits.MaxConcurrentUpgradedConnections = 0;
        options.Limits.MaxRequestBodySize = MostBody;
        options.Limits.MaxRequestBufferSize = 64 * 1024;
        options.Limits.MaxRequestHeadersTotalSize = MostHeaders;
        options.Limits.MaxRequestLineSize = 4 * 1024;
        options.Limits.RequestHeadersTimeout = HeaderPatience;
        options.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(30);
        options.Limits.MinRequestBodyDataRate = new MinDataRate(240, TimeSpan.FromSeconds(5));
        options.Limits.MinResponseDataRate = new MinDataRate(240, TimeSpan.FromSeconds(5));
        if (passed.Count > 0)
        {
            foreach (var socket in passed)
                options.ListenHandle((ulong)socket.Descriptor, Metrics?.End.Equals(socket.Address.Port) == true ? Marked : Plain);
        }
        else
        {
            if (listen?.Path is { } path) options.ListenUnixSocket(path, Plain);
            else if (listen?.Port is { } port) options.Listen(port, Plain);
            if (Metrics is { } metrics) options.Listen(metrics.End, Marked);
        }

        // HTTP/2 in clear is nothing that a proxy needs, and a hundred ways to be busy.
        static void Plain(ListenOptions end) => end.Protocols = HttpProtocols.Http1;

        static void Marked(ListenOptions end)
        {
            Plain(end);
            end.Use(next => connection =>
            {
                connection.Items[ForMetrics] = null;
                return next(connection);
            });
        }
    }

    /// <summary>
    /// A unix socket has its mode before anybody can connect, and takes the place of one that a killed process left behind.
    /// </summary>
    private static Socket Bind(EndPoint end)
    {
        if (end is not UnixDomainSocketEndPoint) return SocketTransportOptions.CreateDefaultBoundListenSocket(end);
        var path = end.ToString()!;
        if (File.Exists(path) && !SomebodyAnswers(end)) File.Delete(path);
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(end);
        File.SetUnixFileMode(path, SocketMode);
        return socket;
    }

    private static bool SomebodyAnswers(EndPoint end)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(end);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private sealed class Forwarding(ILoggerFactory logging) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => logging.CreateLogger(categoryName);

        public void Dispose()
        {
        }
    }
}

/// <summary>Sockets that systemd opened and handed over (sd_listen_fds(3)).</summary>
internal static class PassedSockets
{
    /// <summary>Descriptors 0, 1 and 2 are the process's own.</summary>
    private const int First = 3;

    /// <summary>What was handed over to this process; nothing where it was started without a socket unit.</summary>
    /// <param name="metrics">Where Prometheus is answered, which may be by other hosts.</param>
    /// <exception cref="ConfigurationException">One of the others can be reached by other hosts.</exception>
    public static IReadOnlyList<PassedSocket> FromEnvironment(IPEndPoint? metrics)
    {
        var isOurs = Environment.GetEnvironmentVariable("LISTEN_PID") == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        _ = int.TryParse(
            Environment.GetEnvironmentVariable("LISTEN_FDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var count);
        return isOurs ? [.. Enumerable.Range(First, count).Select(one => Of(one, metrics))] : [];
    }

    private static PassedSocket Of(int descriptor, IPEndPoint? metrics)
    {
        // Only looked at, and never closed by this object: the descriptor is the web server's.
        var socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: false));
        if (metrics?.Equals(socket.LocalEndPoint) == true) return new PassedSocket(descriptor, new ListenAddress(metrics, null));
        var address = ListenAddress.Of(socket.LocalEndPoint) ?? throw new ConfigurationException(
            $"The socket unit listens at {socket.LocalEndPoint}, where other hosts reach it. Set ListenStream=127.0.0.1:8377 or a path: "
            + $"sudo systemctl edit {Identity.Worker.Daemon}.socket");
        return new PassedSocket(descriptor, address);
    }
}

/// <param name="Descriptor">The number of the open file.</param>
/// <param name="Address">What it listens at.</param>
internal sealed record PassedSocket(int Descriptor, ListenAddress Address);
