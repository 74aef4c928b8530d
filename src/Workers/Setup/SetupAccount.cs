using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.OwnAccount;
using Athena.Common.Settings;

namespace Athena.Workers.Setup;

/// <summary>The daemons' account in Grafana: made in the middle of a setup, looked at once more at its end.</summary>
internal sealed class SetupAccount(IDaemons daemons, SetupScreen screen, TimeProvider time)
{
    private DateTimeOffset? madeAt;

    /// <summary>Whether the settings name one.</summary>
    public static bool IsIn(SettingsSource source) =>
        ((string[])["GRAFANA_USER", "GRAFANA_TOKEN"]).Any(key => source.Find(key, out _) is { Text.Length: > 0 });

    /// <returns>The exit code of what made it; <see cref="ExitCode.Usage"/> where nobody says who makes it.</returns>
    public async Task<int> MakeAsync(SetupOptions options, CancellationToken cancel)
    {
        screen.Say("The daemons need an account of their own in Grafana, which a server admin makes:");
        if (!screen.IsThere && (options.Admin is null || options.AdminPasswordFile is null))
        {
            screen.Say("Say who: --admin LOGIN --admin-password-file FILE");
            return ExitCode.Usage;
        }

        for (var left = Terminal.Tries; ; left--)
        {
            madeAt = time.GetUtcNow();
            var code = await RunAsync("create", options, cancel).ConfigureAwait(false);
            var isTyped = screen.IsThere && options.AdminPasswordFile is null;
            if (code == ExitCode.Ok || !isTyped || left == 1 || !screen.Confirm("Try that once more?")) return code;
        }
    }

    /// <summary>
    /// A timer of another host locks what is new within a minute: all else is done meanwhile, and what is left of that time is waited for
    /// at the end.
    /// </summary>
    public async Task<int> LookAgainAsync(SetupOptions options, CancellationToken cancel)
    {
        if (madeAt is not { } made) return ExitCode.Ok;
        var left = made + AccountMaker.BetweenLooks - time.GetUtcNow();
        if (left > TimeSpan.Zero)
        {
            screen.Say($"\nOne look is left, in {Math.Ceiling(left.TotalSeconds)} s: whether something locks the daemons' account. "
                + "Let it run until then.");
            await Task.Delay(left, time, cancel).ConfigureAwait(false);
        }

        return await RunAsync("repair", options, cancel).ConfigureAwait(false);
    }

    private async Task<int> RunAsync(string what, SetupOptions options, CancellationToken cancel)
    {
        List<string> arguments = ["account", what, "--in-setup"];
        if (options.Admin is { } admin) arguments.AddRange(["--user", admin]);
        if (options.AdminPasswordFile is { } file) arguments.AddRange(["--password-file", file]);
        var code = await daemons.RunHereAsync(daemons.Names[0], arguments, cancel).ConfigureAwait(false);
        cancel.ThrowIfCancellationRequested(); // Ctrl-C reached it, too, and it has said so.
        return code;
    }
}
