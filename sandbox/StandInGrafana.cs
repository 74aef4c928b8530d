using Athena.Sandbox.Grafana;
using Athena.Sandbox.GrafanaLog;
using Athena.Sandbox.SingleSignOn;

namespace Athena.Sandbox;

/// <summary>
/// A Grafana 12 for the demo and the tests: answers as the recordings show, and writes the log that goes with it.
/// It listens on loopback only and is no substitute for Grafana in any other way.
/// </summary>
public sealed class StandInGrafana : IAsyncDisposable
{
    private readonly StandInOptions options;
    private readonly RequestPipeline pipeline;
    private WebApplication? server;

    private StandInGrafana(StandInOptions options, PretendProvider? provider)
    {
        this.options = options;
        Provider = provider;
        Database = new GrafanaDatabase(options);
        Log = new RotatingLog(options);
        pipeline = new RequestPipeline(options, Database, Faults, Log, provider);
    }

    /// <summary>Where it listens, with the sub-path, without a slash at the end. The same after <see cref="ListenAgainAsync"/>.</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1:0");

    public GrafanaFaults Faults { get; } = new();

    public bool IsListening => server is not null;

    public GrafanaDatabase Database { get; }

    public RotatingLog Log { get; }

    /// <summary>The pretend provider for single sign-on; null when <see cref="StandInOptions.SingleSignOn"/> is off.</summary>
    public PretendProvider? Provider { get; }

    /// <param name="options">How it is.</param>
    /// <param name="furnish">What is in its database from the start: a Grafana that has not read it yet does not listen either.</param>
    /// <param name="cancellation">Ends the start.</param>
    public static async Task<StandInGrafana> StartAsync(
        StandInOptions? options = null, Action<StandInGrafana>? furnish = null, CancellationToken cancellation = default)
    {
        options ??= new StandInOptions();
        var provider = options.SingleSignOn is { } signOn
            ? await PretendProvider.StartAsync(signOn.ProviderPort, cancellation).ConfigureAwait(false)
            : null;
        var grafana = new StandInGrafana(options, provider);
        furnish?.Invoke(grafana);
        await grafana.ListenAsync(grafana.options.Port, cancellation).ConfigureAwait(false);
        return grafana;
    }

    /// <summary>
    /// Somebody signs on by way of the provider, with a browser of their own that has no cookie yet. Never asks to be let in twice.
    /// </summary>
    /// <exception cref="InvalidOperationException"><see cref="StandInOptions.SingleSignOn"/> is off.</exception>
    /// <exception cref="HttpRequestException">Grafana answered with an error instead of a redirect, or not at all.</exception>
    public Task<SignedOn> SignOnAsync(ProviderPerson person, CancellationToken cancellation = default)
    {
        var provider = Provider ?? throw new InvalidOperationException("Single sign-on is off in the options of this stand-in.");
        provider.Know(person);
        return SignedOn.ThroughAsync(Url, person, cancellation);
    }

    /// <summary>Grafana is stopped: connections are refused. What it remembers stays, as in its database.</summary>
    public async Task StopListeningAsync()
    {
        if (server is null) return;
        await server.DisposeAsync().ConfigureAwait(false);
        server = null;
    }

    /// <summary>Starts again on the same port.</summary>
    public Task ListenAgainAsync(CancellationToken cancellation = default) =>
        server is null ? ListenAsync(Url.Port, cancellation) : Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await StopListeningAsync().ConfigureAwait(false);
        if (Provider is not null) await Provider.DisposeAsync().ConfigureAwait(false);
        Log.Dispose();
    }

    private async Task ListenAsync(int port, CancellationToken cancellation)
    {
        server = Loopback.Build(port);
        server.UseWebSockets();
        server.Run(pipeline.AnswerAsync);
        await server.StartAsync(cancellation).ConfigureAwait(false);
        Url = new Uri(Loopback.AddressOf(server) + options.SubPath);
        Log.Write(LogEntry.Of("http.server", options.Time.GetUtcNow(), "info", "HTTP Server Listen",
            ("address", $"{Url.Host}:{Url.Port}"), ("protocol", "http"), ("subUrl", options.SubPath), ("socket", "")));
    }
}
