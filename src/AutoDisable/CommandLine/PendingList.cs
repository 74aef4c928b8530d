using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Athena.AutoDisable.Enforcement;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.Notify.Mails;
using Athena.AutoDisable.Policy;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Daemon.Control;
using Athena.Common.Text;

namespace Athena.AutoDisable.CommandLine;

/// <summary>What <c>pending</c> answers: who waits for a decision, a part at a time.</summary>
internal sealed class PendingList(AutoDisableMemory memory, FoundEnabledAccounts found, TimeProvider time)
{
    /// <summary>Accounts in one answer of <c>pending</c>: strangers may be many, and an answer lies in memory three times.</summary>
    public const int Part = 500;

    /// <summary>Who is locked and waits, oldest first, and who could not be locked: <see cref="Part"/> of them.</summary>
    /// <param name="after">Whose part was the end of the answer before, as it said; null begins.</param>
    public ControlReply Answer(string? after)
    {
        var waiting = memory.Book.All
            .Where(a =>
                a is { Status: AccountStatus.Locked or AccountStatus.Locking or AccountStatus.AtDoor, Case.IsDrill: false, Found: null })
            .OrderBy(a => a.Case!.OpenedAt).ThenBy(a => a.Id).ToList();
        var begin = after is null ? 0 : waiting.FindIndex(account => string.CompareOrdinal(Place(account), after) > 0);
        var some = begin < 0 ? [] : waiting.GetRange(begin, Math.Min(Part, waiting.Count - begin));
        var next = some.Count == Part ? Place(some[^1]) : null;
        var held = after is null ? found.Held.ToList() : [];
        var text = new StringBuilder();
        foreach (var account in held)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"FOUND ENABLED, inside  {EventRecorder.Selector(account)}  id {account.Id}  {Called(account)}  "
                + $"{EventRecorder.Standing(account)}\n")
                .Append(CultureInfo.InvariantCulture,
                    $"    To accept it: grafana-auto-disable approve --found {EventRecorder.Selector(account)}; to lock it: "
                    + $"grafana-auto-disable relock --found {EventRecorder.Selector(account)}\n");
        }

        foreach (var account in some) Describe(account, text);
        if (next is null) DescribeEnd(waiting, text);
        return new ControlReply(0, text.ToString(), new JsonArray([.. held.Concat(some).Select(Describe)]).ToJsonString(), next);

        static string Place(Account account) =>
            string.Create(CultureInfo.InvariantCulture, $"{account.Case!.OpenedAt.UtcTicks:d19} {account.Id:d19}");
    }

    private void Describe(Account account, StringBuilder text)
    {
        var open = account.Case!;
        var state = account.Status != AccountStatus.Locked ? "STILL INSIDE" : DeadlinePolicy.IsStale(open.Reminded) ? "stale" : "locked";
        text.Append(CultureInfo.InvariantCulture, $"{state}  {EventRecorder.Selector(account)}  id {account.Id}  ")
            .Append(Called(account)).Append("  ")
            .Append(CultureInfo.InvariantCulture,
                $"waits for {EventRecorder.Duration(time.GetUtcNow() - open.OpenedAt)}"
                + $"{(open.Exposure is { Queries: > 0 } taken ? $"  {ExposureText.Queried(taken)}" : "")}"
                + $"{(Wording.ServerAdmin(open) is { } admin ? $"  SERVER ADMIN: {ExposureText.Plain(admin)}" : "")}\n");
        if (open.Problem is { } problem) text.Append("    ").Append(problem).Append('\n');
    }

    private void DescribeEnd(List<Account> waiting, StringBuilder text)
    {
        foreach (var account in memory.Book.Open.Where(a => a.Approving?.Problem is not null))
            text.Append(CultureInfo.InvariantCulture,
                $"approved, NOT DONE YET  {EventRecorder.Selector(account)}  id {account.Id}  {account.Approving!.Problem}\n");

        text.Append(waiting.Count == 0
            ? "Nobody waits for a decision.\n"
            : $"{waiting.Count} waiting. To approve: sudo grafana-auto-disable approve {EventRecorder.Selector(waiting[0])}\n");
    }

    private static string Called(Account account) => account.Case is { Person: var person }
        ? $"{UntrustedText.Visible(person.Name, 30)} <{UntrustedText.Visible(person.Email, 50)}>"
        : "";

    private static JsonObject Describe(Account account)
    {
        var open = account.Case!;
        return new JsonObject
        {
            ["uid"] = account.Uid,
            ["id"] = account.Id,
            ["state"] = account.Found is not null
                ? "found-enabled"
                : account.Status != AccountStatus.Locked ? "inside" : DeadlinePolicy.IsStale(open.Reminded) ? "stale" : "locked",
            ["name"] = open.Person.Name,
            ["email"] = open.Person.Email,
            ["login"] = open.Person.Login,
            ["since"] = open.OpenedAt,
            ["lockedAt"] = open.LockedAt,
            ["problem"] = open.Problem,
            ["queries"] = open.Exposure?.Queries,
            ["serverAdmin"] = open.ServerAdmin is not null,
            ["serverAdminBy"] = open.ServerAdmin?.By,
        };
    }
}
