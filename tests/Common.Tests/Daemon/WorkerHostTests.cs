using Athena.Common.Daemon;
using Athena.Common.Settings;
using Athena.Common.Telemetry;
using Athena.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace Athena.Common.Tests.Daemon;

internal sealed class WorkerHostTests
{
    private static readonly WorkerIdentity Identity = new("grafana-test", "test", "A test.");

    private readonly CancellationTokenSource stop = new();
    private HeardStates systemd = null!;
    private Entries entries = null!;

    [SetUp]
    public void Listen()
    {
        systemd = new HeardStates();
        entries = new Entries();
    }

    [OneTimeTearDown]
    public void Dispose() => stop.Dispose();

    [Test]
    public async Task A_daemon_that_is_asked_to_stop_ends_with_zero_and_tells_systemd_each_step()
    {
        using var asked = new CancellationTokenSource();
        var running = RunAsync(services => services.AddHostedService<Patient>(), asked.Token);
        Assert.That(await systemd.NextAsync(), Is.EqualTo("READY=1\nSTATUS=starting"));
        await asked.CancelAsync();

        Assert.That(await running, Is.EqualTo(ExitCode.Ok));
        Assert.That(await systemd.NextAsync(), Is.EqualTo("STOPPING=1\nSTATUS=stopping"));
        Assert.That(entries.Names, Is.EqualTo(new[] { "worker-started", "worker-stopped" }));
    }

    [Test]
    public async Task A_crashed_worker_ends_the_daemon_with_one()
    {
        var code = await RunAsync(services => services.AddHostedService<Patient>().AddHostedService<Crashing>(), stop.Token);

        Assert.That(code, Is.EqualTo(ExitCode.Fault));
        Assert.That(entries.Names, Has.Some.EqualTo("worker-faulted"));
        Assert.That(entries.Names, Has.None.EqualTo("worker-stopped"));
    }

    [Test]
    public async Task A_worker_that_finds_its_state_unreadable_ends_the_daemon_with_78()
    {
        var code = await RunAsync(services => services.AddHostedService<Misconfigured>(), stop.Token);

        Assert.That(code, Is.EqualTo(ExitCode.Configuration));
        Assert.That(entries.Messages, Has.Some.EqualTo("the state is unreadable"));
    }

    [Test]
    public async Task A_fault_while_composing_is_78_when_a_person_must_act_and_1_when_it_is_a_bug()
    {
        Assert.That(
            await RunAsync(_ => throw new ConfigurationException("no state, make a baseline"), stop.Token),
            Is.EqualTo(ExitCode.Configuration));
        Assert.That(await RunAsync(_ => throw new InvalidOperationException("a bug"), stop.Token), Is.EqualTo(ExitCode.Fault));
        Assert.That(await systemd.NextAsync(), Does.Not.Contain("READY"));
    }

    [Test]
    public async Task A_worker_that_does_not_stop_is_left_behind_and_named()
    {
        using var asked = new CancellationTokenSource();
        var time = new ManualTime();
        var begun = new TaskCompletionSource();
        var running = RunAsync(services => services.AddSingleton(begun).AddHostedService<Stubborn>(), asked.Token, time);

        // A worker that is stopped before its first line has run does stop.
        await begun.Task;
        await systemd.NextAsync();
        await asked.CancelAsync();
        while (!running.IsCompleted)
        {
            time.Advance(WorkerHost.StopPatience);
            await Task.Yield();
        }

        Assert.That(await running, Is.EqualTo(ExitCode.Ok));
        Assert.That(entries.Messages, Has.Some.Match("^Not stopped within 4500ms: .*Stubborn"));
    }

    [Test]
    public async Task A_stop_before_the_start_is_no_fault()
    {
        using var asked = new CancellationTokenSource();
        await asked.CancelAsync();

        Assert.That(await RunAsync(services => services.AddHostedService<Patient>(), asked.Token), Is.EqualTo(ExitCode.Ok));
    }

    private async Task<int> RunAsync(Action<IServiceCollection> compose, CancellationToken cancel, TimeProvider? time = null)
    {
        using var logging = new SerilogLoggerFactory(new LoggerConfiguration().WriteTo.Sink(entries).CreateLogger());
        return await WorkerHost.RunAsync(
            Identity, logging, compose, new SdNotify(systemd), new WatchdogSetting((TimeSpan?)null), time ?? TimeProvider.System, cancel);
    }

    private sealed class Entries : ILogEventSink
    {
        private readonly List<LogEvent> events = [];

        public IEnumerable<string> Names =>
            events.Where(e => e.Properties.ContainsKey(EventLogging.EventProperty))
                .Select(e => (string)((ScalarValue)e.Properties[EventLogging.EventProperty]).Value!);

        public IEnumerable<string> Messages => events.Select(LogText.Message);

        public void Emit(LogEvent logEvent)
        {
            lock (events)
                events.Add(logEvent);
        }
    }

    private sealed class Patient : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
            Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stoppingToken);
    }

    private sealed class Crashing : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            throw new InvalidOperationException("a bug");
        }
    }

    private sealed class Misconfigured : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
            throw new ConfigurationException("the state is unreadable");
    }

    private sealed class Stubborn(TaskCompletionSource begun) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken)
        {
            begun.SetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, CancellationToken.None);
        }
    }
}
