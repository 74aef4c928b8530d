using System.Globalization;
using Athena.AutoDisable.State;
using Athena.Common.Grafana.Api;
using Athena.Common.Notify;
using Athena.Common.Notify.Documents;

namespace Athena.AutoDisable.Notify.Mails;

/// <summary>Who is let be from now on: counts, the youngest, and all as an attachment, so that somebody can object.</summary>
internal sealed class BaselineMail(MailOptions options)
{
    private const int MostShown = 50;

    public Notification Write(AutoDisableState state, IReadOnlyList<GrafanaUser> users, IReadOnlyList<GrafanaUser> left, string by)
    {
        var wording = new Wording(options);
        var admitted = state.Accounts.Count(a => a.Status == AccountStatus.Admitted);
        var isLeft = left.Select(u => u.Id).ToHashSet();
        var youngest = users.Where(u => !u.IsDisabled && !isLeft.Contains(u.Id)).OrderByDescending(u => u.Created).Take(MostShown).ToList();
        var document = new MailDocument("New accounts are locked from now on", Tone.Calm, "BASELINE",
            [
                new MailBlock.Lead(Phrase.Format(
                    $"{admitted} existing accounts keep their access. Each account created from now on is locked until one of you approves "
                    + $"it.")),
                wording.OpenList(),
                new MailBlock.Facts(
                [
                    ("Keep their access", Phrase.Format($"{admitted}")),
                    ("Disabled already", Phrase.Format($"{state.Accounts.Count - admitted} (enabling one counts as approval)")),
                    ("Treated as new", Phrase.Format($"{left.Count} (locked when the daemon starts)")),
                    ("Baseline by", Phrase.Of(new Stranger(by))),
                    ("Grafana", Phrase.Of(state.GrafanaUrl)),
                ]),
                new MailBlock.Heading($"The newest of those who keep their access ({youngest.Count})"),
                new MailBlock.Table(["Name", "E-mail", "Account", "Created", ""], youngest.ConvertAll(user => Row(user, wording))),
                new MailBlock.Paragraph(Phrase.Of(
                    "All are in the attached table. Is somebody among them who should not be? Then, on the Grafana host:")),
                new MailBlock.Command("To lock anybody", "sudo grafana-auto-disable reject uid:…"),
            ],
            options.SmallPrint);
        return new Notification(
            $"baseline/{state.BaselineAt.ToUnixTimeMilliseconds()}", options.To,
            $"Baseline: {admitted.ToString(CultureInfo.InvariantCulture)} accounts keep their access, new ones are locked from now on",
            document, options.Brand)
        {
            Thread = "baseline",
            Attachments =
            [
                AccountTable.Attach(
                    "baseline.csv", users.Select(u => (u.Id, u.Uid, new Person(u.Login, u.Email, u.Name), u.Created, State(u, isLeft)))),
            ],
        };
    }

    private static string State(GrafanaUser user, HashSet<long> left) =>
        user.IsDisabled ? "disabled before" : left.Contains(user.Id) ? "counts as new" : "admitted";

    private static IReadOnlyList<Phrase> Row(GrafanaUser user, Wording wording) =>
    [
        Phrase.Format($"{new Stranger(user.Name, 30)}{(user.IsAdmin ? " (server admin)" : "")}"),
        Phrase.Of(Stranger.Address(user.Email)),
        Phrase.Of(user.Uid is { } uid ? $"uid:{uid}" : $"id:{user.Id}"),
        Phrase.Of(user.Created is { } made ? wording.ShortTime(made) : "not known"),
        Wording.Open(wording.Page(user.Uid ?? user.Id.ToString(CultureInfo.InvariantCulture))),
    ];
}
