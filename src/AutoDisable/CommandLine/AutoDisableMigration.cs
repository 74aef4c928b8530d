using System.Globalization;
using System.Text.Json.Nodes;
using Athena.AutoDisable.BornLocked;
using Athena.AutoDisable.State;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Grafana.Api;
using Athena.Common.State;
using Athena.Common.Text;
using Athena.Common.Time;
using Athena.Migration;
using Microsoft.Extensions.Logging;

namespace Athena.AutoDisable.CommandLine;

/// <summary>
/// How the gate takes over from a guard of before: whom that one let in is admitted, whom it disabled was disabled before us, and who came
/// after its last good run is new.
/// </summary>
internal static class AutoDisableMigration
{
    private const int MostNamed = 5;

    public static MigrationPlan<AutoDisableSettings> Create() => new()
    {
        Consequence = "new accounts are not disabled",
        OldGuardMayRunAnyTime = true,
        WhyNotYet = WhyNotYet,
        Adopt = AdoptAsync,
        LetIn = LetInCommand.RunAsync,
        WhyNotBack = context => BornLockedMarker.Exists(context.Common.StateDirectory)
            ? "New accounts are born locked: Grafana's database disables each as it is made, and goes on doing so whatever runs. Remove "
                + "that first: sudo grafana-auto-disable born-locked remove"
            : null,
        BackAllTheSame = ("--leave-born-locked", "Although new accounts go on being born locked, and nobody here will tell of them."),
    };

    /// <summary>From the answer to <c>status</c>: a complete look at the user list is what makes the gate a guard.</summary>
    internal static string? WhyNotYet(JsonNode status)
    {
        if (status["dryRun"]?.GetValue<bool>() == true) return "DRY_RUN is set, so it locks nobody";
        if (status["lastLook"] is not null) return null;
        var troubles = (status["troubles"] as JsonArray)?.Select(trouble => trouble?["detail"]?.GetValue<string>())
            .Where(detail => detail is { Length: > 0 }) ?? [];
        return string.Join(" ", ["it has not seen the whole user list yet", .. troubles.Take(1).Select(detail => $"({detail})")]);
    }

    private static async Task<AdoptionReply> AdoptAsync(
        WorkerContext<AutoDisableSettings> context, Adoption adoption, CancellationToken cancel)
    {
        var settings = context.Settings;
        DateTimeOffset? limit = null;
        if (adoption.Before is { } before)
        {
            if (!TimeArgument.TryParse(before, settings.Mail.TimeZone, out var parsed))
                return new AdoptionReply(
                    "", Problem: $"{VisibleText.Escape(before)} is no time; write 2026-11-20 or 2026-11-20T18:00:00+02:00.");
            limit = parsed;
        }

        AutoDisableState? known;
        switch (Load(context.Common.StateDirectory))
        {
            case StateLoad<AutoDisableState>.Unreadable unreadable: return new AdoptionReply("", Problem: unreadable.Why);
            case StateLoad<AutoDisableState>.Loaded loaded: known = loaded.Value; break;
            case StateLoad<AutoDisableState>.LoadedPrevious previous: known = previous.Value; break;
            default: known = null; break;
        }

        // Nobody but us looked since: what came meanwhile is new, as after any stop.
        if (known is not null && !adoption.HasOldGuard)
            return new AdoptionReply($"Its state of {known.Accounts.Count} accounts is there and holds");
        if (adoption.IsPreview)
        {
            await using var grafana = new GrafanaClient(
                settings.Grafana.ForCommand(context.Common.StateDirectory), context.Time, context.Logging.CreateLogger<GrafanaClient>());
            var (users, problem) = await BaselineCommand.ListAsync(grafana, cancel).ConfigureAwait(false);
            if (users is null) return new AdoptionReply("", Problem: problem);
            var reply = limit is null && !adoption.All
                ? new AdoptionReply(
                    await WhoIsThereAsync(users, grafana, context.Zone, cancel).ConfigureAwait(false), NeedsTime: true)
                : Reply(Judge(users, known, limit), known, limit, context.Zone);
            var found = known is null
                ? await BornLockedFound.SentenceAsync(settings, users, context.Time, cancel).ConfigureAwait(false)
                : null;
            return found is null ? reply : reply with { Text = $"{reply.Text}{(reply.NeedsTime ? "\n" : ". ")}{found}" };
        }

        if (limit is null && !adoption.All)
            return new AdoptionReply("Until when somebody looked at who signs up must be known: --before TIME, or --all.", NeedsTime: true);
        await using var site = AutoDisableSite.Open(context);
        return await CommitAsync(site, context, adoption, known, limit, cancel).ConfigureAwait(false);
    }

    private static async Task<AdoptionReply> CommitAsync(
        AutoDisableSite site, WorkerContext<AutoDisableSettings> context, Adoption adoption, AutoDisableState? known,
        DateTimeOffset? limit, CancellationToken cancel)
    {
        var (users, problem) = await BaselineCommand.ListAsync(site.Grafana, cancel).ConfigureAwait(false);
        if (users is null) return new AdoptionReply("", Problem: problem);
        var judged = Judge(users, known, limit);
        var state = known ?? BaselineCommand.Empty(context);
        state.Accounts.AddRange(judged.Adopted);

        // Who came after it is new, and no sign of a restored database.
        state.LastCompleteLook = limit ?? context.Time.GetUtcNow();
        if (!site.Store.TryCompact(state, out var refused))
            return new AdoptionReply("", Problem: refused ?? "The state could not be written.");
        BaselineCommand.Record(site, context, judged.Adopted.Count, judged.Strangers.Count, adoption.By);
        if (known is null)
            await BaselineCommand.TellAsync(site, context, users, state, judged.Strangers, adoption.By, cancel).ConfigureAwait(false);
        return Reply(judged, known, limit, context.Zone);
    }

    private static StateLoad<AutoDisableState> Load(string directory) =>
        Directory.Exists(directory) ? AutoDisableState.In(directory).Load() : new StateLoad<AutoDisableState>.Absent();

    /// <summary>
    /// Whom we know already stays as they are in our book. Of the others, those who are disabled were so before us, and those made before
    /// the limit were let in by the one before. Server admins are never locked.
    /// </summary>
    /// <param name="users">The complete list.</param>
    /// <param name="known">Our own memory of before; null when there is none.</param>
    /// <param name="limit">Who was made before it was let in by the one before; null lets in everybody.</param>
    /// <param name="slack">By how much the times that Grafana gives may be wrong; by so much earlier somebody must have been made.</param>
    internal static (IReadOnlyList<Account> Adopted, IReadOnlyList<GrafanaUser> Strangers) Judge(
        IReadOnlyList<GrafanaUser> users, AutoDisableState? known, DateTimeOffset? limit, TimeSpan slack = default)
    {
        var book = known is null ? null : new AccountBook(known.Accounts);
        var (adopted, strangers) = (new List<Account>(), new List<GrafanaUser>());
        foreach (var user in users.Where(user => book?.Find(user) is null))
        {
            if (user is { IsDisabled: false, IsAdmin: false } && limit is { } before && !(user.Created < before - slack))
                strangers.Add(user);
            else
                adopted.Add(new Account
                {
                    Uid = user.Uid,
                    Id = user.Id,
                    Status = user.IsDisabled ? AccountStatus.DisabledBefore : AccountStatus.Admitted,
                });
        }

        return (adopted, strangers);
    }

    private static AdoptionReply Reply(
        (IReadOnlyList<Account> Adopted, IReadOnlyList<GrafanaUser> Strangers) judged,
        AutoDisableState? known,
        DateTimeOffset? limit,
        ZoneText zone)
    {
        var admitted = judged.Adopted.Count(account => account.Status == AccountStatus.Admitted);
        var until = limit is { } at
            ? $" made before {TimeZoneInfo.ConvertTime(at, zone.Zone).ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture)}"
            : "";
        var who = known is null ? "Accounts" : "Accounts beside those that it knows already";
        var strangers = judged.Strangers.Count == 0 ? "nobody is new"
            : string.Create(CultureInfo.InvariantCulture, $"{judged.Strangers.Count} made since count as new and are locked: ")
                + Named(judged.Strangers, zone);
        return new AdoptionReply(
            string.Create(CultureInfo.InvariantCulture,
                $"{who}: {admitted} enabled{until} may stay, {judged.Adopted.Count - admitted} are disabled already, {strangers}"),
            judged.Strangers.Count);
    }

    /// <summary>Of those who are disabled nothing is asked: they stay so.</summary>
    private static async Task<string> WhoIsThereAsync(
        IReadOnlyList<GrafanaUser> users, IGrafana grafana, ZoneText zone, CancellationToken cancel)
    {
        var enabled = users.Where(user => !user.IsDisabled).ToList();
        var table = await AccountList.WriteAsync(enabled, AccountList.Most, grafana, zone, cancel).ConfigureAwait(false);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{users.Count} accounts, {users.Count - enabled.Count} of them disabled. Who is enabled, the youngest first:\n{table}")
            + (enabled.Count > AccountList.Most
                ? string.Create(CultureInfo.InvariantCulture, $"and {enabled.Count - AccountList.Most} more. ") : "")
            + "All of them: sudo grafana-auto-disable baseline --list";
    }

    private static string Named(IEnumerable<GrafanaUser> users, ZoneText zone)
    {
        var all = users.OrderByDescending(user => user.Created).ToList();
        var named = all.Take(MostNamed).Select(user => string.Create(CultureInfo.InvariantCulture,
            $"{UntrustedText.Visible(user.Login, 40)} (id {user.Id}, "
            + $"{(user.Created is { } made ? zone.Minute(made) : "made nobody knows when")})"));
        return string.Join(", ", named)
            + (all.Count > MostNamed ? string.Create(CultureInfo.InvariantCulture, $" and {all.Count - MostNamed} more") : "");
    }
}

/// <summary>
/// Whom the gate let in and how they stand in Grafana, for a change of guards. Reads the memory beside a daemon that runs.
/// </summary>
internal static class LetInCommand
{
    /// <param name="enable">Selectors of those who are to be enabled; the admins let them in, so this is no decision.</param>
    public static async Task<LetInReply> RunAsync(
        WorkerContext<AutoDisableSettings> context, IReadOnlyList<string> enable, CancellationToken cancel)
    {
        var directory = context.Common.StateDirectory;
        var state = !Directory.Exists(directory) ? null : AutoDisableState.In(directory).Load() switch
        {
            StateLoad<AutoDisableState>.Loaded loaded => loaded.Value,
            StateLoad<AutoDisableState>.LoadedPrevious previous => previous.Value,
            _ => null,
        };
        if (state is null) return new LetInReply([], "there is no state that can be read");

        await using var grafana = new GrafanaClient(
            context.Settings.Grafana.ForCommand(directory), context.Time, context.Logging.CreateLogger<GrafanaClient>());
        var (users, problem) = await BaselineCommand.ListAsync(grafana, cancel).ConfigureAwait(false);
        if (users is null) return new LetInReply([], problem);
        var book = new AccountBook(state.Accounts);
        var people = users.Where(user => IsLetIn(book.Find(user), user)).ToList();
        var failed = new List<string>();
        foreach (var user in people.Where(user => user.IsDisabled && enable.Contains(SelectorOf(user), StringComparer.Ordinal)))
        {
            var enabled = await grafana.EnableAsync(user.Id, cancel).ConfigureAwait(false);
            if (!enabled.IsDone) failed.Add($"{UntrustedText.Visible(user.Login, 40)}: {enabled.Detail}");
        }

        if (enable.Count > 0)
        {
            (users, problem) = await BaselineCommand.ListAsync(grafana, cancel).ConfigureAwait(false);
            if (users is null) return new LetInReply([], problem);
            people = [.. users.Where(user => IsLetIn(book.Find(user), user))];
        }

        return new LetInReply(
            [
                .. people.Select(user => new LetIn(
                    SelectorOf(user), UntrustedText.Visible(user.Login, 40), user.IsDisabled, book.Find(user)!.Decision is not null)),
            ],
            failed.Count > 0 ? string.Join("; ", failed.Take(3)) : null);
    }

    private static bool IsLetIn(Account? account, GrafanaUser user) => account is { Status: AccountStatus.Admitted } && !user.IsAdmin;

    private static string SelectorOf(GrafanaUser user) => user.Uid is { } uid ? $"uid:{uid}" : FormattableString.Invariant($"id:{user.Id}");
}
