using Athena.Common.Daemon.OwnAccount;
using Athena.Common.Grafana.Api;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.Settings;

namespace Athena.Workers.Setup;

/// <summary>Who Grafana's server admins are, asked as the daemons' account with the settings of the daemon that wants their ids.</summary>
internal static class ServerAdmins
{
    /// <summary>Null where Grafana does not say.</summary>
    public static async Task<IReadOnlyList<GrafanaUser>?> ReadAsync(CancellationToken cancel)
    {
        var reader = new SettingsReader(SettingsSource.ForProcess(Compliance.Identity.Worker.Daemon));
        var access = GrafanaSettings.Read(reader, Compliance.Identity.Worker, "") with { Log = LogSetting.Read(reader), IsOneTry = true };
        if (access.Problems().Count > 0) return null;
        await using var grafana = new GrafanaClient(access, TimeProvider.System);
        var users = await grafana.AllUsersAsync(cancel).ConfigureAwait(false);
        return users.IsDone ? People(users.Value, access.User) : null;
    }

    /// <summary>Enabled ones by id, without the daemons' account and those of daemons that were here before: people alone.</summary>
    /// <param name="own">The daemons' login.</param>
    public static IReadOnlyList<GrafanaUser> People(IReadOnlyList<GrafanaUser> users, string? own) =>
    [
        .. users.Where(user => user is { IsAdmin: true, IsDisabled: false } && user.Login != own)
            .Where(user => !ExpectedAccount.IsServiceName(user.Login)).OrderBy(user => user.Id),
    ];
}
