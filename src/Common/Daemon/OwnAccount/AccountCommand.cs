using Athena.Common.Grafana;
using Athena.Common.Hosting;
using Athena.Common.Hosting.TakeOver;
using Athena.Common.Logs;
using Athena.Common.Notifications;

namespace Athena.Common.Daemon.OwnAccount;

/// <summary><c>account create</c> and <c>account repair</c>: the daemons' own account in Grafana, with all rights that they need and no word of it typed.</summary>
internal sealed class AccountCommand<TSettings>(WorkerContext<TSettings> context, AccountOptions options)
{
    private readonly string daemon = context.Identity.Daemon;
    private readonly ChangeReport report = new(
        context.Out, context.IsJson, !context.IsJson && !Console.IsOutputRedirected && string.IsNullOrEmpty(context.Source.Environmental("NO_COLOR")));
    private readonly Terminal terminal = Terminal.Of(context.Out, context.IsJson);

    public async Task<int> CreateAsync(CancellationToken cancel)
    {
        if (Refusal("create") is { } refusal) return refusal;
        var settings = SharedSettings.Of(context.Source);
        if (!options.Replace && Given() is { } there)
        {
            report.Fail($"There is an account already: {there}", $"To give it what it lacks: sudo {daemon} account repair; to make another one in its place: account create --replace");
            return report.End(ExitCode.Fault);
        }

        settings.Probe();
        using var admin = await SignInAsync(cancel).ConfigureAwait(false);
        if (admin is null) return report.End(ExitCode.Fault);

        var user = AccountMaker.Draw();
        var (isKnown, said) = await GateNotice.GiveAsync(GateNotice.Socket(), user.Login, context.Time, cancel).ConfigureAwait(false);
        if (isKnown || said.Contains("does not run", StringComparison.Ordinal)) report.Ok(said);
        else report.Warn(said, "It may lock the account, which is then enabled again.");

        var maker = new AccountMaker(admin, admin, report, context.Time);
        if (await maker.MakeAsync(user, cancel).ConfigureAwait(false) is not { } id) return report.End(ExitCode.Fault);
        var isWritten = false;
        try
        {
            if (!await maker.GiveRightsAsync(id, user.Login, cancel).ConfigureAwait(false)) return report.End(ExitCode.Fault);
            settings.Write(user.Login, user.Password);
            isWritten = true;
            report.Ok($"{settings.Path}: {SharedSettings.UserKey} and {SharedSettings.PasswordKey} are written; root alone may read it");
        }
        finally
        {
            // Nobody would ever know its password: a server admin that nobody uses must not stay.
            if (!isWritten) await DeleteAsync(admin, id, user.Login).ConfigureAwait(false);
        }

        foreach (var shadow in settings.Shadowing()) report.Warn($"{shadow} wins over it", "Remove that line.");
        if (!await maker.KeepEnabledAsync(id, options.Pause, cancel).ConfigureAwait(false)) return report.End(ExitCode.Fault);
        return await ProveAsync(Options(user.Login, user.Password), cancel).ConfigureAwait(false);
    }

    public async Task<int> RepairAsync(CancellationToken cancel)
    {
        if (Refusal("repair") is { } refusal) return refusal;
        var own = Read();
        if (own.Token is not null || own.User is null || own.Password is null)
        {
            report.Fail(
                own.Token is null ? "No account is set" : "GRAFANA_TOKEN is the token of a service account, whose rights are a role in Grafana Enterprise",
                $"To make an account: sudo {daemon} account create");
            return report.End(ExitCode.Fault);
        }

        using var self = new GrafanaClient(own, context.Time);
        var who = await self.WhoAmIAsync(cancel).ConfigureAwait(false);
        if (who is { IsDone: true, Value.IsAdmin: true })
        {
            // A server admin may give itself each role (docs/grafana.md §5).
            if (!await new AccountMaker(self, self, report, context.Time).GiveRightsAsync(who.Value.Id, who.Value.Login, cancel).ConfigureAwait(false)) return report.End(ExitCode.Fault);
            return await ProveAsync(own, cancel).ConfigureAwait(false);
        }

        report.Warn(who.IsDone ? $"{Shown(own.User)} is no server admin" : $"{Shown(own.User)} cannot sign in: {who.Detail}", "An admin can mend that.");
        if (who.Outcome == GrafanaOutcome.Unavailable) return report.End(ExitCode.Fault);
        using var admin = await SignInAsync(cancel).ConfigureAwait(false);
        if (admin is null) return report.End(ExitCode.Fault);
        var found = await admin.LookUpAsync(own.User, cancel).ConfigureAwait(false);
        if (!found.IsDone || !found.Value.Login.Equals(own.User, StringComparison.OrdinalIgnoreCase))
        {
            report.Fail($"Grafana has no account {Shown(own.User)}. {found.Detail}", $"To make one: sudo {daemon} account create --replace");
            return report.End(ExitCode.Fault);
        }

        var maker = new AccountMaker(admin, admin, report, context.Time);
        if (!await maker.GiveRightsAsync(found.Value.Id, found.Value.Login, cancel).ConfigureAwait(false)
            || !await maker.KeepEnabledAsync(found.Value.Id, options.Pause, cancel).ConfigureAwait(false)) return report.End(ExitCode.Fault);
        return await ProveAsync(own, cancel).ConfigureAwait(false);
    }

    private static string Shown(string login) => HostileText.Visible(login, 60);

    private int? Refusal(string command)
    {
        if (Environment.IsPrivilegedProcess) return null;
        report.Fail($"Only root may write the settings: sudo {daemon} account {command}");
        return report.End(ExitCode.NotPermitted);
    }

    /// <summary>Where an account is set already.</summary>
    private string? Given()
    {
        var reader = new SettingsReader(context.Source);
        Read(reader);
        return reader.Registered.FirstOrDefault(setting => setting is { Key: SharedSettings.UserKey or "GRAFANA_TOKEN", Given.Text.Length: > 0 }) is { } given
            ? $"{given.Key} in {given.Given!.Origin}" : null;
    }

    /// <summary>With the log, by which a listener on this machine is proved before an admin's password goes to it.</summary>
    private GrafanaClientOptions Read(SettingsReader? reader = null)
    {
        reader ??= new SettingsReader(context.Source);
        return (GrafanaSettings.Read(reader, context.Identity, "") with { Log = LogSetting.Read(reader) }).ForCommand(context.Common.StateDirectory);
    }

    private GrafanaClientOptions Options(string user, string password) => Read() with { User = user, Password = password, Token = null, IsAnonymous = false };

    /// <summary>Null when nobody could sign in as an admin; the report says why.</summary>
    private async Task<GrafanaClient?> SignInAsync(CancellationToken cancel)
    {
        var (login, missing) = await AdminLogin.ReadAsync(options.User, options.PasswordFile, context.Out, terminal, cancel).ConfigureAwait(false);
        if (login is null)
        {
            report.Fail(missing!);
            return null;
        }

        var settings = Options(login.User, login.Password);
        if (settings.Problems() is { Count: > 0 } problems)
        {
            foreach (var problem in problems) report.Fail(problem);
            return null;
        }

        var client = new GrafanaClient(settings, context.Time);
        var who = await client.WhoAmIAsync(cancel).ConfigureAwait(false);
        if (who is { IsDone: true, Value.IsAdmin: true })
        {
            report.Ok($"Signed in as {Shown(who.Value.Login)}, a server admin");
            return client;
        }

        report.Fail(who.IsDone ? $"{Shown(who.Value.Login)} is no server admin" : who.Detail, who.IsDone ? "Repeat with the login of one." : "Is it the right login, and GRAFANA_URL the right address?");
        client.Dispose();
        return null;
    }

    private async Task DeleteAsync(GrafanaClient admin, long id, string login)
    {
        var answer = await admin.DeleteUserAsync(id, CancellationToken.None).ConfigureAwait(false);
        if (answer.IsDone) report.Ok($"The account {login} is deleted again");
        else report.Warn($"The account {login} (id {id}) stays in Grafana: {answer.Detail}", "Delete it there.");
    }

    /// <summary>Signs in as the account and asks what the daemons ask.</summary>
    private async Task<int> ProveAsync(GrafanaClientOptions own, CancellationToken cancel)
    {
        using var grafana = new GrafanaClient(own, context.Time);
        var problems = await OwnProof.RunAsync(grafana, report, cancel).ConfigureAwait(false);
        if (problems > 0) return report.End(ExitCode.Fault);
        report.Say($"Test what the daemons need beside it: sudo {daemon} check");
        report.Say($"A daemon that runs takes the account at its next start: sudo systemctl try-restart {daemon}");
        return report.End(ExitCode.Ok);
    }
}
