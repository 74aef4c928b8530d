using System.Globalization;
using Athena.Common.Notifications;
using Athena.Common.Notifications.Documents;

namespace Athena.AutoDisable.Mails;

/// <summary>The summary of a week in which admins disabled people who had been let in. An ordinary deed: told once, and nobody need do anything.</summary>
internal sealed class AdminDisablesMail(MailOptions options, Wording wording)
{
    /// <param name="week">As in <c>2026-W48</c>.</param>
    /// <param name="rows">The first of them.</param>
    /// <param name="count">All of them.</param>
    public OutgoingMail Write(string week, IReadOnlyList<AdminDisableRow> rows, int count)
    {
        var who = count == 1 ? "1 person who had been let in" : $"{count.ToString(CultureInfo.InvariantCulture)} people who had been let in";
        List<MailBlock> blocks =
        [
            new MailBlock.Lead(Phrase.Of($"{who} {(count == 1 ? "was" : "were")} disabled in Grafana by an admin in the week {week}. If that is as it should be, nothing is to be done.")),
            new MailBlock.Table(["Name", "E-mail", "Disabled", "By", "Now"], [.. rows.Select(Row)]),
        ];
        if (count > rows.Count) blocks.Add(new MailBlock.Paragraph(Phrase.Of($"The first {rows.Count} of {count} are shown; the audit has all.")));
        var one = rows.FirstOrDefault(row => row.User is { IsDisabled: true }) ?? rows[0];
        blocks.Add(new MailBlock.Command("To let one in again, on the Grafana host", $"sudo grafana-auto-disable approve {(one.User is { } user ? DecisionRules.Selector(user) : "uid:…")}"));
        blocks.Add(new MailBlock.Command("What happened to an account", $"sudo grafana-auto-disable history {(one.User is { } known ? DecisionRules.Selector(known) : "uid:…")}"));
        var document = new MailDocument($"Disabled by admins, {week}", Tone.Calm, "SUMMARY", blocks, Wording.SmallPrint);
        return new OutgoingMail($"admin-disables/{week}", options.To, $"Disabled by admins, {week}: {who}", document.ToText(options.Brand), document.ToHtml(options.Brand), "review", false);
    }

    private IReadOnlyList<Phrase> Row(AdminDisableRow row) =>
    [
        row.User is { } user ? Phrase.Of(new Stranger(user.Name, 30)) : Phrase.Of(new Stranger(row.Disable.Account, 40)),
        row.User is { } known ? Phrase.Of(Stranger.Address(known.Email)) : Phrase.Of(""),
        Phrase.Of(wording.ShortTime(row.Disable.At)),
        Phrase.Of(new Stranger(row.Disable.By, 60)),
        Phrase.Of(row.Now),
    ];
}
