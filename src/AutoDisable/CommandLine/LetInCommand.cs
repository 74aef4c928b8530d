using Athena.AutoDisable.Accounts;
using Athena.Common.Grafana;
using Athena.Common.Hosting;
using Athena.Common.Hosting.TakeOver;
using Athena.Common.Notifications;
using Athena.Common.State;
using Microsoft.Extensions.Logging;

namespace Athena.AutoDisable.CommandLine;

/// <summary>Whom the gate let in and how they stand in Grafana, for a change of guards. Reads the memory beside a daemon that runs.</summary>
internal static class LetInCommand
{
    /// <param name="enable">Selectors of those who are to be enabled; the admins let them in, so this is no decision.</param>
    public static async Task<LetInReply> RunAsync(WorkerContext<AutoDisableSettings> context, IReadOnlyList<string> enable, CancellationToken cancel)
    {
        var directory = context.Common.StateDirectory;
        var state = !Directory.Exists(directory) ? null : GateState.In(directory).Load() switch
        {
            StateLoad<GateState>.Loaded loaded => loaded.Value,
            StateLoad<GateState>.LoadedPrevious previous => previous.Value,
            _ => null,
        };
        if (state is null) return new LetInReply([], "there is no memory that can be read");

        using var grafana = new GrafanaClient(context.Settings.Grafana.ForCommand(directory), context.Time, context.Logging.CreateLogger<GrafanaClient>());
        var (users, problem) = await BaselineCommand.ListAsync(grafana, cancel).ConfigureAwait(false);
        if (users is null) return new LetInReply([], problem);
        var book = new AccountBook(state.Accounts);
        var people = users.Where(user => IsLetIn(book.Find(user), user)).ToList();
        var failed = new List<string>();
        foreach (var user in people.Where(user => user.IsDisabled && enable.Contains(SelectorOf(user), StringComparer.Ordinal)))
        {
            var enabled = await grafana.EnableAsync(user.Id, cancel).ConfigureAwait(false);
            if (!enabled.IsDone) failed.Add($"{HostileText.Visible(user.Login, 40)}: {enabled.Detail}");
        }

        if (enable.Count > 0)
        {
            (users, problem) = await BaselineCommand.ListAsync(grafana, cancel).ConfigureAwait(false);
            if (users is null) return new LetInReply([], problem);
            people = [.. users.Where(user => IsLetIn(book.Find(user), user))];
        }

        return new LetInReply(
            [.. people.Select(user => new LetIn(SelectorOf(user), HostileText.Visible(user.Login, 40), user.IsDisabled, book.Find(user)!.Decision is not null))],
            failed.Count > 0 ? string.Join("; ", failed.Take(3)) : null);
    }

    private static bool IsLetIn(Account? account, GrafanaUser user) => account is { Status: AccountStatus.Admitted } && !user.IsAdmin;

    private static string SelectorOf(GrafanaUser user) => user.Uid is { } uid ? $"uid:{uid}" : FormattableString.Invariant($"id:{user.Id}");
}
