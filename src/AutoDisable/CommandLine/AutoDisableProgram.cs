using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Watching;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.Settings;
using Athena.Common.State.Backups;
using Athena.Common.Telemetry;
using Athena.Common.Text;
using Athena.Common.Time;
using Athena.Migration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Athena.AutoDisable.CommandLine;

/// <summary>The daemon's command line: what it runs and what an admin can ask of it.</summary>
internal static class AutoDisableProgram
{
    /// <summary>A command may wait for Grafana through several calls.</summary>
    internal static readonly TimeSpan CommandPatience = TimeSpan.FromMinutes(2);

    public static WorkerProgram<AutoDisableSettings> Create(Func<string, SettingsSource>? source = null)
    {
        var guardedUntil = new Option<string?>("--guarded-until")
        {
            Description =
                "The daemon was at work until then (2026-11-20T18:00): whoever was made at least 14 hours before and is enabled was "
                + "approved, and is admitted.",
        }.IsTime("2026-11-20T18:00 or 2026-11-20T18:00:00+02:00");
        var sendTest = new Option<bool>("--send-test") { Description = "Send a test mail to MAIL_TO as well." };
        var posture = new Option<bool>("--posture")
        {
            Description = "Also show Grafana's own settings on which it depends how well it is locked, each with the line to write.",
        };
        var program = new WorkerProgram<AutoDisableSettings>(Identity.Worker, AutoDisableSettings.Read)
        {
            Compose = (services, context) => services.AddHostedService(provider => Compose(provider, context)),
            Once = (context, _, cancel) => OnceCommand.RunAsync(context, cancel),
            OnceHelp = "LOCKS who is new, tells the admins and ends; for a host where no daemon runs. Only to look: --dry-run.",
            Check = (context, parse, report, cancel) =>
                new AutoDisableCheck(context, report).RunAsync(parse.GetValue(sendTest), parse.GetValue(posture), cancel),
            CheckOptions = [sendTest, posture],
            Catalogue = () => Identity.Catalogue,
            Kpis = LockKpis.Of,
            Memory = new BackupSource<AutoDisableSettings>(AutoDisableRestore.Parts, async (memory, context, parse, cancel) =>
                AutoDisableRestore.Adopt(memory, TimeOf(guardedUntil, parse, context, memory), await BornLockedFound.StandingAsync(
                    context, cancel).ConfigureAwait(false)))
            {
                RestoreOptions = [guardedUntil],
                Persons = AutoDisablePersons.In,
            },
            OtherOutputs = new Dictionary<string, string[]> { ["html"] = ["preview"] },
            Source = source ?? SettingsSource.ForProcess,
            Examples =
            [
                "sudo grafana-auto-disable check --show          what is set, and whether all of it works",
                "sudo grafana-auto-disable check --posture       how well Grafana is locked by its own settings",
                "sudo grafana-auto-disable activate --dry-run    how it would be set up, changing nothing",
                "sudo grafana-auto-disable activate              sets it up for good; from an old timer without a gap",
                "sudo grafana-auto-disable activate --before 2026-11-20T18:00    who came since then is new",
                "sudo grafana-auto-disable revert                the old timer again",
                "sudo grafana-auto-disable baseline              by hand: who keeps their access",
                "sudo grafana-auto-disable simulate --since 7d   what it would have done, changing nothing",
                "sudo grafana-auto-disable pending               who is locked and waits",
                "sudo grafana-auto-disable approve uid:cg4x9he   let somebody in",
                "sudo grafana-auto-disable reject uid:cg4x9he --delete --reason \"nobody knows them\"",
                "sudo grafana-auto-disable drill                 prove it: an account is made, locked, mailed about and deleted",
                "sudo grafana-auto-disable born-locked install   have Grafana's PostgreSQL refuse new accounts from their birth on",
                "sudo grafana-auto-disable approve --made-by naledi   all those in whom this admin made by hand this morning",
                "sudo grafana-auto-disable approve --imported    let those in again whom a restore of Grafana's data locked",
                "sudo grafana-auto-disable history uid:cg4x9he   what happened to an account, and by whom",
                "sudo grafana-auto-disable preview --output html how a mail looks with these settings",
                "sudo grafana-auto-disable backup /var/backups   what it remembers, in one file",
                "sudo grafana-auto-disable restore FILE          puts it back while the daemon is stopped",
            ],
        };
        AddCommands(program);
        return program;
    }

    private static DateTimeOffset? TimeOf(
        Option<string?> option, System.CommandLine.ParseResult parse, WorkerContext<AutoDisableSettings> context, RestoredBackup memory)
    {
        if (parse.GetValue(option) is not { } given) return null;
        return TimeIn(option, given, context) is var until && until <= memory.RestoredAt
            ? until
            : throw new UsageException($"{option.Name} {given} is a time to come.");
    }

    private static NamedArgument Who(ArgumentArity arity) => new("who", "uid:cg4x9he", "Who waits: sudo grafana-auto-disable pending")
    {
        Description = "uid:…, id:…, login:…, email:…, or a word that fits one account only.",
        Arity = arity,
    };

    private static void AddCommands(WorkerProgram<AutoDisableSettings> program)
    {
        var who = Who(ArgumentArity.ExactlyOne);
        var role = new Option<string?>("--role") { Description = "Role to give: Viewer, Editor or Admin." }
            .Must(text => text is "Viewer" or "Editor" or "Admin" ? null : "is no role, write Viewer, Editor or Admin");
        var org = new Option<string?>("--org")
        {
            Description = "Number of the organisation that the role is for; without it, those in which they have none.",
        }
            .Must(text =>
                long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
                    ? null
                    : "is no number of an organisation");
        var until = new Option<string?>("--until")
        {
            Description =
                "Access ends by itself then: when that day is over (2027-03-31), or at that time; the admins get a mail a week and a "
                + "day before. Without it, it does not end.",
        }
            .IsTime("2027-03-31 or 2027-03-31T18:00:00+02:00");
        var reason = new Option<string?>("--reason") { Description = "Goes into the audit and the mail." };
        var delete = new Option<bool>("--delete") { Description = "Delete the account, too." };
        var withObjects = new Option<bool>("--with-objects")
        {
            Description = "With --delete: delete the service accounts that they made, too.",
        };
        var settled = new Option<bool>("--settled")
        {
            Description = "With --delete: what else they left behind you have looked at and settled.",
        };
        var serverAdmin = new Option<bool>("--server-admin")
        {
            Description = "A server admin is meant; the last one that is a person is never locked.",
        };
        var (yes, dryRun) = (DecisionCommand.Yes, DecisionCommand.DryRun);

        program.Add("pending", "Shows who is locked and waits for a decision.",
            (context, _, cancel) => PendingCommand.RunAsync(context, cancel), ActsAs.Asker);

        program.Add("review", "Shows who has access, by whose word, and who has not been seen for 90 days.",
            (context, _, cancel) => AskAsync(context, new ControlRequest("review"), cancel), ActsAs.Asker);

        var found = new Option<bool>("--found")
        {
            Description = "Answers for those who were found enabled by nobody known: for who is named, or for all of them.",
        };
        var imported = new Option<bool>("--imported")
        {
            Description =
                "Lets those in again who had been let in and were locked by an import into Grafana's database, where new accounts are "
                + "born locked.",
        };
        var madeBy = new Option<string?>("--made-by")
        {
            Description = "Lets all those in who wait and whom this admin made in Grafana by hand, as the log proves; login:… or id:…",
            HelpName = "admin",
        };
        var whoIfAny = Who(ArgumentArity.ZeroOrOne);
        var approve = program.Add(
            "approve",
            "Lets somebody in: shows who it is, asks, enables the account, which is not locked again until somebody rejects it.",
            (context, parse, cancel) =>
            {
                var (name, isFound) = (parse.GetValue(whoIfAny), parse.GetValue(found));
                if (parse.GetValue(madeBy) is { } maker)
                    return DecisionCommand.RunAsync(
                        context, Request("made-by", maker, parse.GetValue(reason)), "let these in", parse.GetValue(dryRun),
                        parse.GetValue(yes), cancel);
                if (parse.GetValue(imported))
                    return DecisionCommand.RunAsync(
                        context, Request("imported", null, parse.GetValue(reason)), "let these in again", parse.GetValue(dryRun),
                        parse.GetValue(yes), cancel);
                if (Ends(until, parse, context) <= context.Time.GetUtcNow())
                    throw new UsageException($"{until.Name} {parse.GetValue(until)} is over.");
                var request = isFound
                    ? Request("found", name, parse.GetValue(reason), ("verdict", FoundDecisions.Approve))
                    : Request(
                        "approve", name, parse.GetValue(reason), ("role", parse.GetValue(role)), ("org", parse.GetValue(org)),
                        ("until", parse.GetValue(until)));
                return DecisionCommand.RunAsync(
                    context,
                    request,
                    isFound
                        ? "let stay who was found enabled"
                        : $"let them in{Terms(context, parse.GetValue(role), parse.GetValue(org), Ends(until, parse, context))}",
                    parse.GetValue(dryRun),
                    parse.GetValue(yes),
                    cancel);
            }, ActsAs.Asker);
        approve.Arguments.Add(whoIfAny);
        foreach (var option in (Option[])[found, imported, madeBy, role, org, until, reason, dryRun, yes]) approve.Options.Add(option);
        approve.Validators.Add(result =>
        {
            var isForMany = result.GetValue(imported) || result.GetResult(madeBy) is not null;
            if (result.GetValue(whoIfAny) is null && !result.GetValue(found) && !isForMany)
                result.AddError(whoIfAny.Missing(result));
            if (result.GetValue(whoIfAny) is not null && isForMany)
                result.AddError("--imported and --made-by are for all of those, so nobody is named with them.");
        });
        foreach (var option in (Option[])[role, org, until]) approve.Excludes(found, option); // Who is let stay stays as they are.
        foreach (var option in (Option[])[found, role, org, until]) approve.Excludes(imported, option);
        foreach (var option in (Option[])[found, imported, role, org, until]) approve.Excludes(madeBy, option);
        approve.Needs(org, role);

        var relock = program.Add("relock", "Locks those again who were found enabled by nobody known: shows who it is and asks.",
            (context, parse, cancel) => DecisionCommand.RunAsync(
                context, Request("found", parse.GetValue(whoIfAny), parse.GetValue(reason), ("verdict", FoundDecisions.Relock)),
                "lock again who was found enabled", parse.GetValue(dryRun), parse.GetValue(yes), cancel), ActsAs.Asker);
        relock.Arguments.Add(whoIfAny);
        foreach (var option in (Option[])[found, reason, dryRun, yes]) relock.Options.Add(option);
        relock.Validators.Add(result =>
        {
            if (!result.GetValue(found))
                result.AddError("relock is for those who were found enabled: relock --found [uid:…]. To lock anybody else: reject.");
        });

        var reject = program.Add("reject", "Locks anybody, admitted or not: shows who it is and asks; with --delete removes the account.",
            (context, parse, cancel) => DecisionCommand.RunAsync(context, Request("reject", parse.GetValue(who), parse.GetValue(reason),
                ("delete", parse.GetValue(delete) ? "yes" : null), ("withObjects", parse.GetValue(withObjects) ? "yes" : null),
                ("settled", parse.GetValue(settled) ? "yes" : null), ("serverAdmin", parse.GetValue(serverAdmin) ? "yes" : null)),
                parse.GetValue(delete) ? "DELETE this account for good" : "lock this account", parse.GetValue(dryRun), parse.GetValue(yes),
                cancel), ActsAs.Asker);
        reject.Arguments.Add(who);
        foreach (var option in (Option[])[delete, withObjects, settled, serverAdmin, reason, dryRun, yes]) reject.Options.Add(option);
        foreach (var option in (Option[])[withObjects, settled]) reject.Needs(option, delete);

        var undo = program.Add("undo", "Takes back what was decided about somebody within UNDO_FOR: the account is locked and waits again.",
            (context, parse, cancel) => DecisionCommand.RunAsync(
                context, Request("undo", parse.GetValue(who), null, ("serverAdmin", parse.GetValue(serverAdmin) ? "yes" : null)),
                "take back the last decision and lock this account", parse.GetValue(dryRun), parse.GetValue(yes), cancel), ActsAs.Asker);
        undo.Arguments.Add(who);
        foreach (var option in (Option[])[serverAdmin, dryRun, yes]) undo.Options.Add(option);

        var whole = new Option<bool>("--verbose", "-v") { Description = "Every entry with every fact, each mail and each recipient." };
        var history = program.Add("history", "Shows what happened to an account, from the audit.",
            (context, parse, cancel) => HistoryCommand.RunAsync(context, parse.GetValue(who)!, parse.GetValue(whole), cancel));
        history.Arguments.Add(who);
        history.Options.Add(whole);

        var accept = program.Add(
            "accept-database", "Accepts the accounts of a restored or imported database as they are; lists them and asks.",
            (context, parse, cancel) => AcceptDatabaseAsync(context, parse.GetValue(yes), cancel), ActsAs.Asker);
        accept.Options.Add(yes);

        var mail = new Option<string>("--mail")
        {
            Description = $"Which mail: {string.Join(", ", PreviewCommand.Mails)}.",
            DefaultValueFactory = _ => PreviewCommand.Mails[0],
        };
        mail.AcceptOnlyFromAmong(PreviewCommand.Mails);
        program.Add("preview", "Shows a mail as it comes out with these settings, about invented people. Sends nothing.",
            (context, parse, _) => Task.FromResult(PreviewCommand.Run(context, parse.GetValue(mail)!)), ActsAs.Caller)
                .Options.Add(mail);

        DecisionPinCommand.AddTo(program);
        DrillCommand.AddTo(program);
        BornLockedCommand.AddTo(program);
        BaselineCommand.AddTo(program);
        SimulateCommand.AddTo(program);
        MigrationCommands.AddTo(program, AutoDisableMigration.Create());
    }

    /// <summary>What goes along with an approval, as the daemon will understand it.</summary>
    private static string Terms(WorkerContext<AutoDisableSettings> context, string? role, string? org, DateTimeOffset? end) =>
        (role is null ? "" : $", with the role {role} {(org is null ? "where they have none" : $"in the organisation {org}")}")
        + (end is not { } at
            ? ""
            : $", until {context.Zone.Minute(at)}");

    private static DateTimeOffset? Ends(
        Option<string?> until, System.CommandLine.ParseResult parse, WorkerContext<AutoDisableSettings> context) =>
        parse.GetValue(until) is not { } end ? null
        : TimeArgument.TryParseEnd(end, Zone(context), out var time) ? time
        : throw new UsageException($"{until.Name} {end}: is no time.");

    private static TimeZoneInfo Zone(WorkerContext<AutoDisableSettings> context) =>
        ZoneSetting.Read(new SettingsReader(context.Source), "");

    /// <summary>In the zone of the settings.</summary>
    private static DateTimeOffset TimeIn(Option<string?> option, string given, WorkerContext<AutoDisableSettings> context) =>
        TimeArgument.TryParse(given, Zone(context), out var time) ? time : throw new UsageException($"{option.Name} {given}: is no time.");

    /// <summary>The running daemon answers; while it is stopped, this process does, with the lock on the state.</summary>
    internal static async Task<int> AskAsync(
        WorkerContext<AutoDisableSettings> context, ControlRequest request, CancellationToken cancel) =>
        context.Print(await AnswerAsync(context, request, cancel).ConfigureAwait(false));

    /// <inheritdoc cref="AskAsync"/>
    internal static async Task<ControlReply> AnswerAsync(
        WorkerContext<AutoDisableSettings> context, ControlRequest request, CancellationToken cancel)
    {
        if (await context.AskAsync(request, CommandPatience, cancel).ConfigureAwait(false) is { } reply) return reply;

        await using var site = AutoDisableSite.Open(context);
        await site.LoadGateAsync(cancel).ConfigureAwait(false);
        var answer = await site.Gate.Commands.ExecuteAsync(request, cancel, isDaemon: false).ConfigureAwait(false);
        if (request.Command is not ("pending" or "review" or "about")) await site.Outbox.DeliverDueAsync(cancel).ConfigureAwait(false);
        return answer;
    }

    private static async Task<int> AcceptDatabaseAsync(WorkerContext<AutoDisableSettings> context, bool yes, CancellationToken cancel)
    {
        if (!yes)
        {
            var reply = await AnswerAsync(context, new ControlRequest("accept-database"), cancel).ConfigureAwait(false);
            var code = context.Print(reply);
            var isNothing = reply.Json is not null;
            if (code != ExitCode.Ok || isNothing || !Console.Confirm(context, "Accept these accounts as they are?")) return code;
        }

        return await AskAsync(context, Request("accept-database", null, null, ("confirm", "yes")), cancel).ConfigureAwait(false);
    }

    internal static ControlRequest Request(string command, string? who, string? reason, params (string Name, string? Value)[] more)
    {
        var arguments = new Dictionary<string, string> { ["by"] = Console.User };
        foreach (var (name, value) in (IEnumerable<(string, string?)>)[("who", who), ("reason", reason), .. more])
            if (value is not null) arguments[name] = value;
        return new ControlRequest(command, arguments);
    }

    /// <summary>
    /// The daemon's parts, opened once. The state is loaded before READY: a daemon without one must not look like one that works.
    /// </summary>
    private static AutoDisableDaemon Compose(IServiceProvider provider, WorkerContext<AutoDisableSettings> context) => new(
        context,
        provider.GetRequiredService<ServiceStatus>(),
        provider.GetRequiredService<Heartbeat>(),
        context.Settings.Log.Follow(context.Time),
        context.Logging.CreateLogger<AutoDisableDaemon>());
}

/// <summary><c>once</c>: one pass as the old timer made it, for trials and for a host without the daemon.</summary>
internal static class OnceCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(WorkerContext<AutoDisableSettings> context, CancellationToken cancel)
    {
        await using var site = AutoDisableSite.Open(context);
        await site.LoadGateAsync(cancel).ConfigureAwait(false);
        var reconciler = site.Gate.Gate;
        using var log = context.Settings.Log.Follow(context.Time);
        var watch = site.Watch();
        var continuity = log.Open(site.Gate.Memory.State.Log);
        if (!continuity.IsContinuous) await reconciler.HandleAsync(new LogBatch([], null, continuity, null), cancel).ConfigureAwait(false);
        await ReadLogAsync(reconciler, log, watch, cancel).ConfigureAwait(false);
        await reconciler.LookAsync(cancel).ConfigureAwait(false);

        var until = context.Time.GetUtcNow() + Patience;
        do
        {
            await ReadLogAsync(reconciler, log, watch, cancel).ConfigureAwait(false);
            await reconciler.WorkAsync(cancel).ConfigureAwait(false);
            if (reconciler is { IsLocking: false, IsExposing: false }) break; // Whoever was locked, the mail about them is written.
            await Task.Delay(TimeSpan.FromMilliseconds(250), context.Time, cancel).ConfigureAwait(false);
        }
        while (context.Time.GetUtcNow() < until);
        reconciler.Close();
        if (!context.Common.DryRun) await site.Outbox.DeliverDueAsync(cancel).ConfigureAwait(false);
        var report = new AutoDisableStatus(site, context.Settings.Log.Name, context.Zone, context.Common.DryRun, context.Time);
        return context.Print(report.Write());
    }

    private static async Task ReadLogAsync(Reconciler reconciler, ILogFollower log, LogWatch watch, CancellationToken cancel)
    {
        LogRead read;
        do
        {
            read = log.Read(watch.OnLine);
            await reconciler.HandleAsync(new LogBatch(watch.TakeEvents(), read.Position, read.Gap, read.Problem), cancel)
                .ConfigureAwait(false);
        }
        while (read.Lines > 0);
    }
}

/// <summary><c>pending</c>: asks for one part after the other, because strangers may be many.</summary>
internal static class PendingCommand
{
    public static async Task<int> RunAsync(WorkerContext<AutoDisableSettings> context, CancellationToken cancel)
    {
        var text = new StringBuilder();
        var all = new JsonArray();
        string? after = null;
        while (true)
        {
            var request = new ControlRequest("pending", after is null ? [] : new Dictionary<string, string> { ["after"] = after });
            var part = await AutoDisableProgram.AnswerAsync(context, request, cancel).ConfigureAwait(false);
            if (part.Json is null) return context.Print(part);
            text.Append(part.Text);
            foreach (var one in JsonNode.Parse(part.Json)!.AsArray()) all.Add(one!.DeepClone());
            if ((after = part.Next) is null) return context.Print(part with { Text = text.ToString(), Json = all.ToText() });
        }
    }
}
