using Athena.Common.Grafana.Usage;
using Athena.Common.Notify.Documents;
using Athena.Common.Time;
using Athena.Compliance.Evidence;
using Athena.Compliance.Policy;

namespace Athena.Compliance.Notify.Mails;

/// <summary>Who is shown to First2Lead: administrators by name, others as a number at most, strangers not at all.</summary>
internal sealed class ReportPeople(ZoneText zone)
{
    private const int MostNamesInALine = 3;
    private const int NameLength = 30;
    private const int TitleLength = 70;
    private const int FolderLength = 40;

    public IEnumerable<MailBlock> Admins(List<EvidencePerson> admins, int most)
    {
        yield return new MailBlock.Table(["Name", "Login", "Requests", "First seen", "Last seen"], [.. admins.Take(most).Select(Row)]);
        if (admins.Count > most)
            yield return new MailBlock.Paragraph(Phrase.Of($"The first {most} of {admins.Count} are shown."));
    }

    /// <summary>What is no work, and whose account it is that the daemon itself uses.</summary>
    public static IEnumerable<MailBlock> Apart(WindowEvidence evidence)
    {
        var idle = evidence.As(Role.Admin).Where(person => person.Proof <= ActivityProof.RendererOnly).ToList();
        if (idle.Count > 0)
        {
            var pictures = idle.Exists(admin => admin.Proof == ActivityProof.RendererOnly) ? " or pictures rendered in their name" : "";
            var names = Names([.. idle.Select(admin => Phrase.Of(Stranger.Address(admin.Login)))]);
            yield return new MailBlock.Paragraph(Phrase.Format(
                $"Not counted as active, an administrator with only a tab left open{pictures}: {names}."));
        }

        if (NotCounted(evidence) is { Length: > 0 } others)
            yield return new MailBlock.Paragraph(Phrase.Of($"Not counted {(idle.Count > 0 ? "either" : "as active")}: {others}."));
        if (evidence.IsAccountShared)
            yield return new MailBlock.Paragraph(Phrase.Of(
                "The account is shared: this service signs in with the account of one of the administrators. Only requests that are "
                + "certainly its own were left out."));
    }

    public static IEnumerable<MailBlock> Dashboards(List<EvidencePerson> admins, int most)
    {
        var boards = admins.SelectMany(admin => admin.Dashboards.Select(board => (Admin: admin, Board: board)))
            .GroupBy(pair => pair.Board.Uid, StringComparer.Ordinal)
            .OrderByDescending(pairs => pairs.Sum(pair => pair.Board.Opens)).ThenBy(pairs => pairs.Key, StringComparer.Ordinal).ToList();
        if (boards.Count == 0)
        {
            yield return new MailBlock.Paragraph(Phrase.Of("None."));
            yield break;
        }

        // A name says more than a login, but two may have the same.
        var isClear = admins.All(admin => admin.Name is { Length: > 0 })
            && admins.DistinctBy(admin => admin.Name!.Trim(), StringComparer.OrdinalIgnoreCase).Count() == admins.Count;
        yield return new MailBlock.Table(
            ["Dashboard", "Folder", "Opened", "By"], [.. boards.Take(most).Select(pairs => Row([.. pairs], isClear))]);
        if (boards.Count > most)
            yield return new MailBlock.Paragraph(Phrase.Of($"The {most} opened most often of {boards.Count} are shown."));
    }

    private IReadOnlyList<Phrase> Row(EvidencePerson person) =>
    [
        Phrase.Of(new Stranger(person.Name is { Length: > 0 } name ? name : person.Login)),
        Phrase.Of(Stranger.Address(person.Login)),
        Phrase.Of(Wording.Number(person.Requests)),
        Phrase.Of(zone.Clock(person.FirstSeen)),
        Phrase.Of(zone.Clock(person.LastSeen)),
    ];

    private static IReadOnlyList<Phrase> Row(List<(EvidencePerson Admin, EvidenceDashboard Board)> pairs, bool byName)
    {
        var board = pairs.Select(pair => pair.Board).FirstOrDefault(board => board.Title is not null) ?? pairs[0].Board;
        var opens = pairs.Sum(pair => pair.Board.Opens);
        return
        [
            board.Title is { Length: > 0 } title
                ? Phrase.Of(new Stranger(title, TitleLength))
                : Phrase.Format($"{new Stranger(board.Uid)} (its uid; deleted since, or its title was not told)"),
            Phrase.Of(new Stranger(board.Folder is { Length: > 0 } folder ? folder : "–", FolderLength)),
            Phrase.Of(opens > 0 ? Wording.Number(opens) : "on screen"),
            Names(
            [
                .. pairs.Select(pair =>
                    Who(new Stranger(byName ? pair.Admin.Name : pair.Admin.Login, NameLength), opens > 0 && pair.Board.Opens == 0)),
            ]),
        ];
    }

    /// <summary>Numbers, no names: these people are none of First2Lead's report.</summary>
    private static string NotCounted(WindowEvidence evidence)
    {
        List<(int Count, string One, string Many)> groups =
        [
            (
                evidence.As(Role.User).Count(person => person.Proof <= ActivityProof.RendererOnly),
                "user with only a tab left open",
                "users with only a tab left open"),
            (evidence.As(Role.Display).Count(), "display on a wall", "displays on walls"),
            (evidence.As(Role.Machine).Count(), "service account", "service accounts"),
        ];
        return string.Join(
            ", ", groups.Where(group => group.Count > 0).Select(group => Wording.Counted(group.Count, group.One, group.Many)));
    }

    /// <summary>Who had it on screen did not open it in this time.</summary>
    private static Phrase Who(Stranger name, bool onScreenOnly) => onScreenOnly ? Phrase.Format($"{name} (on screen)") : Phrase.Of(name);

    private static Phrase Names(List<Phrase> people)
    {
        var names = people.Take(MostNamesInALine).Aggregate((all, next) => Phrase.Format($"{all}, {next}"));
        return people.Count > MostNamesInALine ? Phrase.Format($"{names} and {people.Count - MostNamesInALine} more") : names;
    }
}
