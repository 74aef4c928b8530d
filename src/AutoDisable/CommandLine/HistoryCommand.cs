using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Athena.AutoDisable.Evidence;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Settings;
using Athena.Common.State.Audit;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.AutoDisable.CommandLine;

/// <summary><c>history WHO</c>: what the audit holds about an account, also one that is gone.</summary>
internal static class HistoryCommand
{
    /// <param name="isWhole">Every entry with every fact.</param>
    public static Task<int> RunAsync(
        WorkerContext<AutoDisableSettings> context, string who, bool isWhole, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var options = new AuditOptions(context.Common.StateDirectory, context.Common.AuditKeep, context.Common.VerdictKeep);
        var all = AuditReader.Read(options).ToList();
        var cases = all.Where(record => Fits(record, who)).Select(record => record.Case).ToHashSet();
        var entries = all.Where(record => cases.Contains(record.Case)).ToList();
        if (entries.Count == 0)
            return Task.FromResult(context.Print(new ControlReply(
                ExitCode.Fault,
                $"The audit holds nothing about {VisibleText.Escape(who)}: no uid, id, login or e-mail is that, as a whole. Names are kept "
                + "for AUDIT_KEEP; uids longer. While status says that something is not on disk, it is not in the audit either.")));

        var text = new HistoryText(context.Zone);
        var json = new JsonArray([.. entries.Select(entry => new JsonObject
        {
            ["seq"] = entry.Seq,
            ["at"] = entry.At,
            ["case"] = entry.Case,
            ["event"] = entry.Event,
            ["verdict"] = entry.Verdict,
            ["facts"] = new JsonObject((entry.Facts ?? new Dictionary<string, string>())
                .Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value))),
        })]);
        return Task.FromResult(context.Print(new ControlReply(
            ExitCode.Ok, isWhole ? text.Whole(entries) : text.Sum(entries), json.ToText())));
    }

    /// <summary>Whether a record names whom <see cref="State.AccountSelector"/> would find by the word.</summary>
    internal static bool Fits(AuditRecord record, string who)
    {
        var colon = who.IndexOf(':', StringComparison.Ordinal);
        var value = who[(colon + 1)..];
        return (colon > 0 ? who[..colon] : "") switch
        {
            "uid" => record.Case == value,
            "id" => record.Case == who || Fact("id") == value,
            "login" or "email" => record.Case == who || Says(who[..colon], value),
            _ => record.Case == who || Fact("id") == who || Says("login", who) || Says("email", who),
        };

        string? Fact(string name) => record.Facts?.GetValueOrDefault(name);

        bool Says(string name, string word) => Fact(name) is { Length: > 0 } said && ClaimedText.Same(said, word);
    }
}

/// <summary>What the audit holds about an account, for a person. All texts but ours are strangers' and made visible. Pure.</summary>
internal sealed class HistoryText(ZoneText zone)
{
    private const string Intent = "intent";

    /// <summary>What the audit calls a message that a server has taken.</summary>
    private const string Accepted = "accepted";

    /// <summary>Entries of the outbox, by channel.</summary>
    private static readonly string[] Deliveries = ["mail", "chat"];

    /// <summary>
    /// A line for each thing that happened below the account that it happened to. Messages between two such things are counted, and named
    /// where they did not arrive; that something was about to be done is said only where nothing came of it.
    /// </summary>
    public string Sum(IReadOnlyList<AuditRecord> entries)
    {
        var text = new StringBuilder();
        foreach (var account in entries.GroupBy(entry => entry.Case))
        {
            text.Append(Heading(account.Key, [.. account])).Append('\n');
            var all = account.ToList();
            for (var i = 0; i < all.Count; i++)
            {
                var entry = all[i];
                if (Deliveries.Contains(entry.Event))
                {
                    var run = all.Skip(i).TakeWhile(one => Deliveries.Contains(one.Event)).ToList();
                    foreach (var (last, line) in Sent(run).OrderBy(sent => sent.At.Seq)) Line(last, line);
                    i += run.Count - 1;
                }
                else if (entry.Event != Intent || all.Skip(i + 1).All(later => Deliveries.Contains(later.Event)))
                {
                    Line(entry, entry.Verdict + Details(entry));
                }
            }
        }

        return text.ToString();

        void Line(AuditRecord entry, string what) => text.Append("  ").Append(Time(entry)).Append("  ").Append(what).Append('\n');
    }

    /// <summary>Each entry with each of its facts, as it was written down.</summary>
    public string Whole(IReadOnlyList<AuditRecord> entries)
    {
        var text = new StringBuilder();
        foreach (var entry in entries)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{Time(entry)}  {VisibleText.Escape(entry.Case)}  {entry.Event}: {VisibleText.Escape(entry.Verdict)}");
            foreach (var (name, value) in entry.Facts ?? new Dictionary<string, string>())
                if (value.Length > 0) text.Append(CultureInfo.InvariantCulture, $"  {name}={VisibleText.Escape(value)}");
            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary>As it was called last, as long as names are kept.</summary>
    private static string Heading(string subject, List<AuditRecord> entries)
    {
        var text = new StringBuilder();
        if (Latest("id") is { } id) text.Append(subject.Contains(':', StringComparison.Ordinal) ? "" : "uid:").Append(subject)
            .Append("  id ").Append(id);
        else text.Append(VisibleText.Escape(subject));
        if (Latest("name") is { } name) text.Append("  ").Append(UntrustedText.Visible(name, 40));
        if (Latest("email") is { } email) text.Append(" <").Append(UntrustedText.Visible(email, 80)).Append('>');
        if (Latest("login") is { } login && login != Latest("email")) text.Append(", login ").Append(UntrustedText.Visible(login, 80));
        return text.ToString();

        string? Latest(string fact) =>
            entries.Select(entry => entry.Facts?.GetValueOrDefault(fact)).LastOrDefault(value => !string.IsNullOrEmpty(value));
    }

    /// <summary>Those that arrived are counted, and of the time of the last; the others are told one by one.</summary>
    private static IEnumerable<(AuditRecord At, string Line)> Sent(List<AuditRecord> run)
    {
        foreach (var channel in run.GroupBy(entry => entry.Event))
        {
            var arrived = channel.Where(entry => entry.Verdict == Accepted).ToList();
            if (arrived.Count > 0)
                yield return (arrived[^1], string.Create(CultureInfo.InvariantCulture, $"{channel.Key}: {arrived.Count} accepted"));
            foreach (var entry in channel.Where(entry => entry.Verdict != Accepted))
            {
                yield return (
                    entry, $"{channel.Key}{Fact(entry, "to", " to ")}: {VisibleText.Escape(entry.Verdict)}{Fact(entry, "detail", "; ")}");
            }
        }
    }

    private string Details(AuditRecord entry)
    {
        var text = new StringBuilder();
        if (Enum.TryParse<ArrivalKind>(entry.Facts?.GetValueOrDefault("arrived"), out var kind) && How(kind) is { } how)
            text.Append("; ").Append(how);
        text.Append(Fact(entry, "madeBy", ", made by ")).Append(Fact(entry, "by", ", by ")).Append(Fact(entry, "problem", ": "));
        if (DateTimeOffset.TryParse(entry.Facts?.GetValueOrDefault("until"), CultureInfo.InvariantCulture, out var until))
            text.Append(", until ").Append(zone.Minute(until));
        return text.Append(Fact(entry, "reason", ": ")).ToString();
    }

    private static string? How(ArrivalKind kind) => kind switch
    {
        ArrivalKind.SignUpForm => "came by the sign-up form",
        ArrivalKind.Invitation => "came by an invitation",
        ArrivalKind.TakenInvitation => "came by the sign-up form with somebody's invitation",
        ArrivalKind.SingleSignOn => "came by single sign-on",
        ArrivalKind.MadeByAdmin => "an admin made the account",
        ArrivalKind.Unknown => null,
    };

    private static string Fact(AuditRecord entry, string name, string before) =>
        entry.Facts?.GetValueOrDefault(name) is { Length: > 0 } value ? before + UntrustedText.Visible(value, 200) : "";

    private string Time(AuditRecord entry) =>
        DateTimeOffset.TryParse(entry.At, CultureInfo.InvariantCulture, out var at) ? zone.Second(at) : entry.At;
}
