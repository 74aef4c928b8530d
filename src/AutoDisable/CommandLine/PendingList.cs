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
using Athena.Common.Time;

namespace Athena.AutoDisable.CommandLine;

/// <summary>What <c>pending</c> answers: who waits for a decision, a part at a time.</summary>
internal sealed class PendingList(AutoDisableMemory memory, FoundEnabledAccounts found, ZoneText zone, TimeProvider time)
{
    /// <summary>Accounts in one answer of <c>pending</c>: strangers may be many, and an answer lies in memory three times.</summary>
    public const int Part = 500;

    private const int LongestEmail = 80;
    private const int LongestName = 60;

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
        var table = new TextTable(after is null ? ["STATE", "SINCE", "FOR", "ACCOUNT", "ID", "E-MAIL", "NAME"] : []);
        foreach (var account in held)
        {
            AddRow(table, account, "FOUND ENABLED, inside", account.Found!.At);
            table.AddBelow(EventRecorder.Standing(account));
            table.AddBelow(
                $"To accept it: sudo grafana-auto-disable approve --found {EventRecorder.Selector(account)}; to lock it: sudo "
                + $"grafana-auto-disable relock --found {EventRecorder.Selector(account)}");
        }

        foreach (var account in some) Describe(account, table);
        var text = new StringBuilder();
        if (held.Count + some.Count > 0) text.Append(table);
        if (next is null) DescribeEnd(waiting, text);
        return new ControlReply(0, text.ToString(), new JsonArray([.. held.Concat(some).Select(Describe)]).ToText(), next);

        static string Place(Account account) =>
            string.Create(CultureInfo.InvariantCulture, $"{account.Case!.OpenedAt.UtcTicks:d19} {account.Id:d19}");
    }

    private void Describe(Account account, TextTable table)
    {
        var open = account.Case!;
        var state = account.Status != AccountStatus.Locked ? "STILL INSIDE" : DeadlinePolicy.IsStale(open.Reminded) ? "stale" : "locked";
        AddRow(table, account, state, open.OpenedAt);
        if (open.Exposure is { Queries: > 0 } taken) table.AddBelow(ExposureText.Queried(taken));
        if (Wording.ServerAdmin(open) is { } admin) table.AddBelow($"SERVER ADMIN: {ExposureText.Plain(admin)}");
        if (open.Problem is { } problem) table.AddBelow(problem);
    }

    private void AddRow(TextTable table, Account account, string state, DateTimeOffset since)
    {
        var person = account.Case?.Person;
        table.Add(
            state, zone.Minute(since), EventRecorder.Duration(time.GetUtcNow() - since), EventRecorder.Selector(account),
            account.Id.ToString(CultureInfo.InvariantCulture), UntrustedText.Visible(person?.Email, LongestEmail),
            person is null or { IsForgotten: true } ? "(not kept)"
            : UntrustedText.Visible(person.Name, LongestName) is { Length: > 0 } name ? name
            : "(none)");
    }

    private void DescribeEnd(List<Account> waiting, StringBuilder text)
    {
        foreach (var account in memory.Book.Open.Where(a => a.Approving?.Problem is not null))
            text.Append(CultureInfo.InvariantCulture,
                $"approved, NOT DONE YET  {EventRecorder.Selector(account)}  id {account.Id}  {account.Approving!.Problem}\n");

        text.Append(waiting switch
        {
            [] => "Nobody waits for a decision.\n",
            [var one] =>
                $"1 waits. To let them in: sudo grafana-auto-disable approve {EventRecorder.Selector(one)}; to keep them out: reject. Both "
                + "show who it is and ask.\n",
            _ => // Whoever stands first would be let in by whoever copies the line.
                $"{waiting.Count} wait. To let one of them in: sudo grafana-auto-disable approve uid:…; to keep one out: reject. Both show "
                + "who it is and ask.\n",
        });
    }

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
