using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Daemon.Units;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Identities;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.Settings;
using Athena.Common.Text;

namespace Athena.Common.Daemon.OwnAccount;

/// <summary>
/// <c>account create</c> and <c>account repair</c>: the daemons' own account in Grafana, with all rights that they need and no word of it
/// typed.
/// </summary>
internal sealed class AccountCommand<TSettings>(WorkerContext<TSettings> context, AccountOptions options)
{
    private readonly string daemon = context.Identity.Daemon;
    private readonly ChangeReport report = new(
        context.Out, context.IsJson,
        !context.IsJson && !Console.IsOutputRedirected && string.IsNullOrEmpty(context.Source.Environmental("NO_COLOR")));
    private readonly Terminal terminal = Terminal.Of(context.Out, context.IsJson);

    public async Task<int> CreateAsync(CancellationToken cancel)
    {
        if (Refusal("create") is { } refusal) return refusal;
        var settings = SharedSettings.Of(context.Source);
        if (!options.Replace && Given() is { } there)
        {
            report.Fail($"There is an account already: {there}",
                $"To give it what it lacks: sudo {daemon} account repair; to make another one in its place: account create --replace");
            return report.End(ExitCode.Fault);
        }

        settings.Probe();
        await using var admin = await SignInAsync(cancel).ConfigureAwait(false);
        if (admin is null) return report.End(ExitCode.Fault);

        var user = AccountMaker.Draw();
        var notice = await GateNotice.GiveAsync(GateNotice.Socket(), user.Login, context.Time, cancel).ConfigureAwait(false);
        if (notice is (true, var told)) report.Ok(told);
        else if (notice is (false, var why)) report.Warn(why, "It may lock the account, which is then enabled again.");

        var maker = Maker(admin);
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
        if (!await maker.KeepEnabledAsync(id, Pause(), cancel).ConfigureAwait(false)) return report.End(ExitCode.Fault);
        return await ProveAsync(Options(user.Login, user.Password), cancel).ConfigureAwait(false);
    }

    public async Task<int> RepairAsync(CancellationToken cancel)
    {
        if (Refusal("repair") is { } refusal) return refusal;
        var own = Read();
        if (own.Token is not null || own.User is null || own.Password is null)
        {
            report.Fail(
                own.Token is null
                    ? "No account is set"
                    : "GRAFANA_TOKEN is the token of a service account, whose rights are a role in Grafana Enterprise",
                $"To make an account: sudo {daemon} account create");
            return report.End(ExitCode.Fault);
        }

        await using var self = new GrafanaClient(own, context.Time);
        var who = await self.WhoAmIAsync(cancel).ConfigureAwait(false);
        if (who is { IsDone: true, Value.IsAdmin: true })
        {
            // A server admin may give itself each role (docs/grafana.md §5).
            if (!await Maker(self).GiveRightsAsync(who.Value.Id, who.Value.Login, cancel).ConfigureAwait(false))
                return report.End(ExitCode.Fault);
            return await ProveAsync(own, cancel).ConfigureAwait(false);
        }

        report.Warn(
            who.IsDone ? $"{Shown(own.User)} is no server admin" : $"{Shown(own.User)} cannot sign in: {who.Detail}",
            "An admin can mend that.");
        if (who.Outcome == GrafanaOutcome.Unavailable) return report.End(ExitCode.Fault);
        await using var admin = await SignInAsync(cancel).ConfigureAwait(false);
        if (admin is null) return report.End(ExitCode.Fault);
        var found = await admin.LookUpAsync(own.User, cancel).ConfigureAwait(false);
        if (!found.IsDone || !found.Value.Login.Equals(own.User, StringComparison.OrdinalIgnoreCase))
        {
            report.Fail(
                $"Grafana has no account {Shown(own.User)}. {found.Detail}", $"To make one: sudo {daemon} account create --replace");
            return report.End(ExitCode.Fault);
        }

        var maker = Maker(admin);
        if (!await maker.GiveRightsAsync(found.Value.Id, found.Value.Login, cancel).ConfigureAwait(false)
            || !await maker.KeepEnabledAsync(found.Value.Id, options.Pause, cancel).ConfigureAwait(false))
            return report.End(ExitCode.Fault);
        return await ProveAsync(own, cancel).ConfigureAwait(false);
    }

    /// <summary>An old timer of this host would lock the account before a setup has come to its end: that is waited for here.</summary>
    private TimeSpan Pause() =>
        options.IsInSetup && !OldUnits.Find(GateNotice.Gate, new UnitFiles(), new Systemctl(GateNotice.Gate).Show).WasActive
            ? AccountMaker.InSetup
            : options.Pause;

    private AccountMaker Maker(GrafanaClient grafana) => new(
        grafana, grafana, report, context.Time, (what, wait) => ProgressLine.WhileAsync(context, what, wait));

    private static string Shown(string login) => UntrustedText.Visible(login, 60);

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
        return reader.Registered.FirstOrDefault(setting =>
            setting is { Key: SharedSettings.UserKey or "GRAFANA_TOKEN", Given.Text.Length: > 0 }) is { } given
            ? $"{given.Key} in {given.Given!.Origin}" : null;
    }

    /// <summary>With the log, by which a listener on this machine is proved before an admin's password goes to it.</summary>
    private GrafanaClientOptions Read(SettingsReader? reader = null)
    {
        reader ??= new SettingsReader(context.Source);
        return (GrafanaSettings.Read(reader, context.Identity, "") with { Log = LogSetting.Read(reader) })
            .ForCommand(context.Common.StateDirectory);
    }

    private GrafanaClientOptions Options(string user, string password) =>
        Read() with { User = user, Password = password, Token = null, IsAnonymous = false, IsTyped = true };

    /// <summary>Null when nobody could sign in as an admin; the report says why.</summary>
    private async Task<GrafanaClient?> SignInAsync(CancellationToken cancel)
    {
        var (login, missing) = await AdminLogin.ReadAsync(options.User, options.PasswordFile, context.Out, terminal, cancel)
            .ConfigureAwait(false);
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

        report.Fail(
            who.IsDone ? $"{Shown(who.Value.Login)} is no server admin" : who.Detail,
            who.IsDone ? "Repeat with the login of one." : Remedy(who.Outcome, settings));
        await client.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    private string Remedy(GrafanaOutcome outcome, GrafanaClientOptions settings) => outcome == GrafanaOutcome.SignInFailed
        ? $"Nothing was changed. Repeat the command with the login and password of a server admin of {settings.Url}; after several wrong "
            + "ones wait five minutes first."
        : $"Nothing was changed. See that Grafana runs and that {settings.Url} is its address, which is GRAFANA_URL in "
            + $"{context.Reader.PlaceOf(daemon, "GRAFANA_URL")}, then repeat the command.";

    private async Task DeleteAsync(GrafanaClient admin, long id, string login)
    {
        var answer = await admin.DeleteUserAsync(id, CancellationToken.None).ConfigureAwait(false);
        if (answer.IsDone) report.Ok($"The account {login} is deleted again");
        else report.Warn($"The account {login} (id {id}) stays in Grafana: {answer.Detail}", "Delete it there.");
    }

    /// <summary>Signs in as the account and asks what the daemons ask.</summary>
    private async Task<int> ProveAsync(GrafanaClientOptions own, CancellationToken cancel)
    {
        await using var grafana = new GrafanaClient(own, context.Time);
        var problems = await OwnProof.RunAsync(grafana, report, cancel).ConfigureAwait(false);
        if (problems > 0) return report.End(ExitCode.Fault);
        if (options.IsInSetup) return report.End(ExitCode.Ok);
        report.Say($"Test what the daemons need beside it: sudo {daemon} check");
        report.Say($"A daemon that runs takes the account at its next start: sudo systemctl try-restart {daemon}");
        return report.End(ExitCode.Ok);
    }
}

/// <summary>
/// The login of an admin of Grafana, for one command. The password is asked for without echo, read from a file, or from standard input;
/// never a word of the command line, which every user of the machine can read. A class and no record, so that no text shows it.
/// </summary>
internal sealed class AdminLogin
{
    private AdminLogin(string user, string password) => (User, Password) = (user, password);

    public string User { get; }

    public string Password { get; }

    /// <summary>Null, with what is missing, where nobody can be asked.</summary>
    /// <param name="user">As given; null asks.</param>
    /// <param name="passwordFile">Its first line is the password; <c>-</c> is standard input; null asks, or reads a redirected standard
    /// input.</param>
    /// <param name="output">Where questions go.</param>
    /// <param name="terminal">Who is asked.</param>
    /// <param name="cancel">Ends the wait for somebody who types.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<(AdminLogin? Login, string? Missing)> ReadAsync(
        string? user, string? passwordFile, TextWriter output, Terminal terminal, CancellationToken cancel)
    {
        user ??= terminal.Ask("Login of a server admin in Grafana:");
        if (string.IsNullOrWhiteSpace(user)) return (null, "The login of a server admin in Grafana is needed: --user LOGIN");
        var password = passwordFile is not null and not "-"
            ? SecretPrompt.FirstLine(await File.ReadAllTextAsync(passwordFile, cancel).ConfigureAwait(false))
            : passwordFile == "-" ? SecretPrompt.FirstLine(await Console.In.ReadLineAsync(cancel).ConfigureAwait(false) ?? "")
            : await SecretPrompt.ReadAsync($"Password of {user}:", output, cancel).ConfigureAwait(false);
        return password.Length == 0
            ? (null, $"The password of {user} is needed: type it, or --password-file FILE, or on standard input.")
            : (new AdminLogin(user.Trim(), password), null);
    }
}

/// <summary>
/// Tells a running gate of this host beforehand which account is about to be made: it then counts it as known, instead of locking it at
/// once and asking the admins about it.
/// </summary>
internal static class GateNotice
{
    /// <summary>The gate among the daemons, whichever of them the command is typed for.</summary>
    public const string Gate = "grafana-auto-disable";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Whether it knows the account now, and a sentence for the person; null where it does not run.</summary>
    public static async Task<(bool IsKnown, string Said)?> GiveAsync(
        string socket, string login, TimeProvider time, CancellationToken cancel)
    {
        try
        {
            var request = new ControlRequest(
                ExpectedAccount.Command, new Dictionary<string, string> { ["login"] = login, ["by"] = CommandUser.Name });
            var reply = await ControlClient.SendAsync(socket, request, Patience, time, cancel).ConfigureAwait(false);
            return reply switch
            {
                null => null,
                { ExitCode: ExitCode.Ok } => (true, $"{Gate} is told of the account, and lets it be"),
                _ => (false, $"{Gate} runs and could not be told: {reply.Text.TrimEnd()}"),
            };
        }
        catch (Exception e) when (e is IOException or TimeoutException or UnauthorizedAccessException)
        {
            return (false, $"{Gate} could not be told: {e.Message}");
        }
    }

    /// <summary>Where the gate listens, as its own settings say.</summary>
    public static string Socket()
    {
        var identity = new WorkerIdentity(Gate, "auto-disable", "");
        return CommonSettings.Read(new SettingsReader(SettingsSource.ForProcess(Gate)), identity).ControlSocket;
    }
}

/// <summary>Asks as the daemons' account what the daemons ask: it must be answered.</summary>
internal static class OwnProof
{
    /// <summary>How many questions were not answered; the report says which.</summary>
    public static async Task<int> RunAsync(IGrafana grafana, ChangeReport report, CancellationToken cancel)
    {
        var who = await grafana.WhoAmIAsync(cancel).ConfigureAwait(false);
        if (!who.IsDone)
        {
            report.Fail(who.Detail, "The settings hold another password than the account has: account create --replace makes a new one.");
            return 1;
        }

        List<string> problems = [];
        var users = await grafana.AllUsersAsync(cancel).ConfigureAwait(false);
        if (!users.IsDone) problems.Add(users.Detail);
        var organisations = await grafana.OrganisationsAsync(cancel).ConfigureAwait(false);
        if (!organisations.IsDone) problems.Add(organisations.Detail);
        foreach (var organisation in organisations.Value ?? [])
        {
            var accounts = await grafana.ServiceAccountsAsync(organisation.Id, cancel).ConfigureAwait(false);
            if (!accounts.IsDone) problems.Add(accounts.Detail);
            var invitations = await grafana.InvitationsAsync(organisation.Id, cancel).ConfigureAwait(false);
            if (!invitations.IsDone) problems.Add(invitations.Detail);
        }

        foreach (var problem in problems) report.Fail(problem);
        if (problems.Count == 0)
            report.Ok(
                $"Signed in as {UntrustedText.Visible(who.Value.Login, 60)}: it may list {users.Value!.Count} users, and service accounts "
                + $"and invitations of {OwnRights.Names(organisations.Value!)}");
        return problems.Count;
    }
}

/// <summary><c>/etc/default/athena-workers</c>: where the account stands for all daemons. All else in it stays, byte for byte.</summary>
internal sealed class SharedSettings(string folder)
{
    public const string UserKey = "GRAFANA_USER";
    public const string PasswordKey = "GRAFANA_PASSWORD";

    private readonly SettingsText file = new(System.IO.Path.Combine(folder, WorkerIdentity.Platform));

    public string Path => file.Path;

    /// <summary>Where <c>/etc/default</c> is for this process.</summary>
    public static SharedSettings Of(SettingsSource source) => new(SettingsText.FolderOf(source));

    /// <summary>Whether it can be written at all, asked before anything is made that would be lost.</summary>
    /// <exception cref="IOException">It cannot.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot.</exception>
    public void Probe() => file.Replace(file.Read());

    public void Write(string user, string password) => file.Replace(file.With(
        [new(UserKey, user), new(PasswordKey, password)], "The daemons' own account in Grafana, made by: account create"));

    /// <summary>Settings of single daemons that would win over these, as <c>FILE:LINE KEY</c>.</summary>
    public IReadOnlyList<string> Shadowing() =>
    [
        .. Directory.EnumerateFiles(folder, "grafana-*").Order(StringComparer.Ordinal).SelectMany(file =>
            EnvironmentFile.Parse(File.ReadAllText(file)).Entries
                .Where(entry => entry.Key is UserKey or PasswordKey or "GRAFANA_TOKEN")
                .Select(entry => $"{file}:{entry.Line} {entry.Key}")),
    ];
}
