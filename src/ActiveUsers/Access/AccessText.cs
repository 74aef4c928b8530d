using System.Globalization;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.ActiveUsers.Access;

/// <summary>The answers in words. Pure.</summary>
internal static class AccessText
{
    private const int MostSpans = 5;
    private const int NameWidth = 40;
    private const int PathWidth = 90;

    /// <param name="title">Null where it is not known.</param>
    public static string Saw(AccessReport report, string uid, string? title, ZoneText clock)
    {
        var name = title is null ? uid : $"{UntrustedText.Visible(title, 80)} ({uid})";
        var table = new TextTable("WHO", "ID", "OPENED", "FIRST", "LAST");
        foreach (var viewer in report.Viewers)
            table.Add(
                Who(viewer.Login, viewer.Kind), Number(viewer.Id), viewer.Opens == 0 ? "on screen" : Number(viewer.Opens),
                clock.Minute(viewer.First), clock.Minute(viewer.Last));
        return Answer(name, report.Viewers.Count > 0 ? table : null, "opened it", report, clock);
    }

    public static string Changed(AccessReport report, ZoneText clock)
    {
        var table = new TextTable("WHEN", "WHO", "ID", "WHAT", "REQUEST");
        foreach (var write in report.Writes)
            table.Add(
                clock.Second(write.Change.At), Who(write.Login, write.Kind), Number(write.Id), ChangeKinds.Word(write.What),
                $"{write.Change.Method} {UntrustedText.Visible(write.Change.Path, PathWidth)}");
        return Answer("Changes", report.Writes.Count > 0 ? table : null, "changed anything", report, clock);
    }

    /// <summary>Of what nothing is known, in a few sentences.</summary>
    public static string NotWhole(AccessReport report, ZoneText clock)
    {
        var said = report.NotKept.Take(MostSpans).Select(span => $"Nothing was kept of {clock.Span(span)}.")
            .Concat(report.NotSeen.Take(MostSpans).Select(gap =>
                $"Not seen: {clock.Span(new Window(gap.From, gap.To))}, {UntrustedText.Visible(gap.Why, 200).TrimEnd('.')}."))
            .ToList();
        var rest = Math.Max(0, report.NotKept.Count - MostSpans) + Math.Max(0, report.NotSeen.Count - MostSpans);
        if (rest > 0) said.Add($"There are {Number(rest)} more such spans.");
        return string.Join(" ", said);
    }

    /// <param name="table">Null where there is nobody to be shown.</param>
    /// <param name="did">What nobody did then.</param>
    private static string Answer(string about, TextTable? table, string did, AccessReport report, ZoneText clock)
    {
        var nobody = report.IsWhole ? $"Nobody {did}.\n" : $"Nobody is known to have {did}.\n";
        return $"{about}, {clock.Span(report.Span)}\n\n{table?.ToString() ?? nobody}"
            + (report.IsWhole ? "" : $"\n{NotWhole(report, clock)}\n");
    }

    private static string Who(string login, AccessKind kind) => UntrustedText.Visible(login, NameWidth) + kind switch
    {
        AccessKind.Person => "",
        AccessKind.ServiceAccount => ", service account",
        AccessKind.Stranger => ", new and locked",
        AccessKind.Unknown => ", in no list",
        AccessKind.Address => ", address",
    };

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
