using System.Diagnostics;
using Athena.Common.Settings;
using Athena.Common.Telemetry;
using Athena.Common.Time;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Athena.Common.Daemon;

/// <summary>
/// Runs a daemon from READY to its exit code. Composes with Microsoft.Extensions.Hosting, but takes the exit code from what happened: a
/// background service that crashes ends the generic host with 0, which systemd would take for a wish.
/// </summary>
public static class WorkerHost
{
    /// <summary>systemd and people wait no longer after a request to stop.</summary>
    public static TimeSpan StopPatience { get; } = TimeSpan.FromSeconds(4.5);

    /// <summary>
    /// Runs until <paramref name="stop"/> or a fault. <paramref name="compose"/> adds the daemon's services; <see cref="ServiceStatus"/>,
    /// <see cref="Heartbeat"/>, logging and <see cref="TimeProvider"/> are there already.
    /// </summary>
    /// <returns>One of <see cref="ExitCode"/>; everything that led to it has been logged.</returns>
    public static async Task<int> RunAsync(
        WorkerIdentity identity,
        ILoggerFactory logging,
        Action<IServiceCollection> compose,
        SdNotify notify,
        WatchdogSetting watchdog,
        TimeProvider time,
        CancellationToken stop)
    {
        var logger = logging.CreateLogger(identity.Component);
        IHost? host = null;
        try
        {
            host = Build(identity, logging, compose, notify, watchdog, time);
            var ended = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            await host.StartAsync(stop).ConfigureAwait(false);
            host.Services.GetRequiredService<ServiceStatus>().Ready();
            logger.Event(HostEvents.Started, $"{identity.Daemon} {WorkerIdentity.Version} has started on {WorkerIdentity.Runtime}.");
            await WaitAsync(stop, ended).ConfigureAwait(false);

            notify.Stopping("stopping");
            await StopAsync(host, logger, time).ConfigureAwait(false);
            return Conclude(host, logger, identity, notify);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            logger.Event(HostEvents.Stopped, $"{identity.Daemon} was stopped while it was starting.");
            return ExitCode.Ok;
        }
        catch (Exception e)
        {
            return Report(e, logger, identity, notify, isStarting: true);
        }
        finally
        {
            await DisposeAsync(host, time).ConfigureAwait(false);
        }
    }

    private static IHost Build(
        WorkerIdentity identity, ILoggerFactory logging, Action<IServiceCollection> compose, SdNotify notify, WatchdogSetting watchdog,
        TimeProvider time)
    {
        // Empty: no configuration files, no environment prefixes, no console lifetime's signals; all that is done here, visibly.
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = identity.Daemon });
        builder.Services
            .Configure<HostOptions>(o => o.ShutdownTimeout = StopPatience)
            .AddSingleton(identity)
            .AddSingleton(time)
            .AddSingleton(notify)
            .AddSingleton(watchdog)
            .AddSingleton<ServiceStatus>()
            .AddSingleton<Heartbeat>()
            .AddSingleton<IHostLifetime, NoLifetime>()
            .Replace(ServiceDescriptor.Singleton(_ => logging))
            .AddHostedService<Watchdog>();
        compose(builder.Services);
        return builder.Build();
    }

    private static async Task WaitAsync(params CancellationToken[] any)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(any);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = both.Token.Register(done.SetResult).ConfigureAwait(false);
        await done.Task.ConfigureAwait(false);
    }

    private static async Task StopAsync(IHost host, ILogger logger, TimeProvider time)
    {
        try
        {
            await host.StopAsync(CancellationToken.None).WaitAsync(StopPatience, time).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            var late = Workers(host).Where(w => w.ExecuteTask is { IsCompleted: false }).Select(w => w.GetType().Name);
            logger.Event(HostEvents.StoppedLate, $"Not stopped within {Duration.Write(StopPatience)}: {string.Join(", ", late)}.");
        }
    }

    /// <summary>The exit code follows from how the background services ended, whoever asked them to.</summary>
    private static int Conclude(IHost host, ILogger logger, WorkerIdentity identity, SdNotify notify)
    {
        var fault = Workers(host).Select(w => w.ExecuteTask?.Exception?.GetBaseException()).FirstOrDefault(e => e is not null);
        if (fault is not null)
            return Report(fault, logger, identity, notify);

        logger.Event(HostEvents.Stopped, $"{identity.Daemon} has stopped.");
        return ExitCode.Ok;
    }

    private static int Report(Exception fault, ILogger logger, WorkerIdentity identity, SdNotify notify, bool isStarting = false)
    {
        if (fault is ConfigurationException configuration)
        {
            ReportMisconfigured(configuration, logger, identity);
            notify.Say("not working, the configuration must be put right: " + configuration.Message);
            return ExitCode.Configuration;
        }

        // What the system refuses at the start is a sentence for the sysadmin; anything else is a bug, told with its stack trace.
        var isSentence = isStarting && fault is (IOException or UnauthorizedAccessException);
        logger.Event(HostEvents.Faulted, $"{identity.Daemon} has failed: {fault.Message}", exception: isSentence ? null : fault);
        notify.Say("failed: " + fault.Message);
        return ExitCode.Fault;
    }

    /// <summary>Logs what is wrong with the settings, and what is odd about them.</summary>
    /// <returns>Whether the daemon can start.</returns>
    internal static bool TellOfSettings(SettingsReader reader, ILogger logger, WorkerIdentity identity)
    {
        foreach (var unknown in reader.Unknown)
            logger.Event(HostEvents.UnknownSetting, unknown.ToString());
        foreach (var (what, remedy) in reader.Remarks)
            logger.Event(HostEvents.SettingPassedOver, $"{what}. {remedy}");
        if (reader.Problems.Count == 0) return true;
        ReportMisconfigured(new ConfigurationException(reader.Problems), logger, identity);
        return false;
    }

    /// <summary>One entry for each fault of the settings: each can be searched and read by itself.</summary>
    private static void ReportMisconfigured(ConfigurationException fault, ILogger logger, WorkerIdentity identity)
    {
        foreach (var problem in fault.Problems)
            logger.Event(HostEvents.Misconfigured, problem.ToString());
        logger.Event(HostEvents.Misconfigured, fault.Problems.Count == 0
            ? fault.Message
            : $"{identity.Daemon} does not start. Put this right in "
                + $"{SettingsPlace.Of(identity.Daemon, fault.Problems.Select(problem => problem.Origin))}, then: sudo "
                + $"{identity.Daemon} check");
    }

    private static IEnumerable<BackgroundService> Workers(IHost host) =>
        host.Services.GetServices<IHostedService>().OfType<BackgroundService>();

    private static async Task DisposeAsync(IHost? host, TimeProvider time)
    {
        try
        {
            if (host is IAsyncDisposable disposable)
                await disposable.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMilliseconds(400), time).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException or ObjectDisposedException)
        {
            // What hangs here was named when it did not stop; the process ends now and takes it along.
            Debug.WriteLine(e);
        }
    }
}

/// <summary>Signals are taken in one place, by <see cref="StopSignals"/>.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
