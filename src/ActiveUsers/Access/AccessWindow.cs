using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Athena.ActiveUsers.Pulses;
using Athena.Common.Grafana.Usage;
using Athena.Common.Time;

namespace Athena.ActiveUsers.Access;

/// <summary>
/// Who did what in a window, as it lies on disk. Each row has a salted hash and the window a digest of these, which stands in the audit: a
/// row of which only its hash is left can be checked all the same, and nobody can find out by guessing what it was.
/// </summary>
/// <param name="NotSeen">What of the window was not seen; nobody is missing in it only where this is empty.</param>
internal sealed record AccessWindow(Window Window, IReadOnlyList<AccessGap> NotSeen, IReadOnlyList<AccessEntry> Entries)
{
    /// <summary>Names it in the audit.</summary>
    public string Case => "access/" + UtcStamp.Write(Window.From);

    /// <summary>SHA-256 of begin, end and the rows' hashes, each on a line of its own.</summary>
    public string Digest => Sha256(new StringBuilder()
        .Append(UtcStamp.Write(Window.From)).Append('\n').Append(UtcStamp.Write(Window.To)).Append('\n')
        .AppendJoin("", Entries.Select(entry => entry.Hash + "\n")).ToString());

    /// <summary>The rows that have not been taken out.</summary>
    public IEnumerable<AccessRow> Rows => Entries.Select(entry => entry.Row).OfType<AccessRow>();

    /// <summary>What a window comes to.</summary>
    /// <param name="salt">Random, a new one at each call.</param>
    public static AccessWindow Of(Pulse pulse, AccessTally access, Func<string> salt)
    {
        var writes = access.Writes.ToLookup(write => (write.Id, write.OrgId));
        var passages = access.Passages.ToDictionary(one => (one.Id, one.OrgId));
        var strangers = pulse.Strangers.Select(row => row.Id).ToHashSet();
        var rows = AccountsOf(pulse).Select(one => new AccessRow
        {
            Id = one.Row.Id,
            Org = one.Row.OrgId,
            Login = one.Row.Login,
            Kind = strangers.Contains(one.Row.Id) ? AccessKind.Stranger : one.Kind,
            Requests = Pulse.RequestsOf(one.Row),
            IsTabOnly = one.Row.Proof == ActivityProof.TabOnly,
            SignIns = passages.GetValueOrDefault((one.Row.Id, one.Row.OrgId)).SignIns,
            SignOuts = passages.GetValueOrDefault((one.Row.Id, one.Row.OrgId)).SignOuts,
            Dashboards = [.. one.Row.Dashboards.Select(AccessDashboard.Of)],
            Changes = [.. writes[(one.Row.Id, one.Row.OrgId)].Select(write => new AccessChange(write.At, write.Method, write.Path))],
        }).Concat(access.Refused.OrderBy(one => one.Key, StringComparer.Ordinal)
            .Select(one => new AccessRow { Kind = AccessKind.Address, Login = one.Key, RefusedSignIns = one.Value }));
        var window = pulse.Coverage.Window;
        var notSeen = pulse.Coverage.Gaps.Select(gap => new AccessGap(gap.From, gap.To, gap.Why));
        if (access.IsCut) notSeen = notSeen.Append(new AccessGap(window.From, window.To, "more was done than is kept of one window"));
        return new AccessWindow(window, [.. notSeen], [.. rows.Select(row => AccessEntry.Of(row, salt()))]);
    }

    /// <summary>How it stands in the audit, which names nobody.</summary>
    public string Verdict
    {
        get
        {
            var people = Rows.Where(row => row.Kind is AccessKind.Person or AccessKind.Unknown).Select(row => row.Id).Distinct().Count();
            var changes = Rows.Sum(row => row.Changes.Count);
            return string.Create(CultureInfo.InvariantCulture,
                $"kept of {UtcStamp.Write(Window.From)} to {UtcStamp.Write(Window.To)}: {people} people, {changes} changes")
                + (NotSeen.Count > 0 ? "; not all was seen" : "");
        }
    }

    internal static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static IEnumerable<(UserActivity Row, AccessKind Kind)> AccountsOf(Pulse pulse)
    {
        var people = pulse.People;
        return people.AtWork.Concat(people.TabsOnly).Concat(people.RenderedOnly).Concat(pulse.Strangers)
            .Select(row => (row, people.UnknownIds.Contains(row.Id) ? AccessKind.Unknown : AccessKind.Person))
            .Concat(people.ServiceAccounts.Select(row => (row, AccessKind.ServiceAccount)))
            .OrderBy(one => one.row.Id).ThenBy(one => one.row.OrgId);
    }
}

/// <summary>A span of a window that was not seen, and why.</summary>
internal sealed record AccessGap(DateTimeOffset From, DateTimeOffset To, string Why);

/// <summary>A row as it lies on disk.</summary>
/// <param name="Hash">SHA-256 of the salt, a line feed and the row's bytes.</param>
/// <param name="Salt">Gone with the row.</param>
/// <param name="Raw">The row, as it was written; null when it was taken out.</param>
internal sealed record AccessEntry(string Hash, string? Salt, string? Raw)
{
    /// <summary>Null when it was taken out.</summary>
    public AccessRow? Row { get; } = Raw is null ? null : JsonSerializer.Deserialize(Raw, AccessJson.Default.AccessRow);

    /// <summary>Whether what it says is what was written.</summary>
    public bool IsSound => Raw is null || Salt is null || Hash == AccessWindow.Sha256($"{Salt}\n{Raw}");

    public static AccessEntry Of(AccessRow row, string salt)
    {
        var raw = JsonSerializer.Serialize(row, AccessJson.Default.AccessRow);
        return new AccessEntry(AccessWindow.Sha256($"{salt}\n{raw}"), salt, raw);
    }

    /// <summary>The same without what it says.</summary>
    public AccessEntry Erased() => new(Hash, null, null);
}

/// <summary>What one account did in one organisation in a window, or from which address sign-ins were refused.</summary>
internal sealed class AccessRow
{
    public long Id { get; set; }

    public long Org { get; set; }

    /// <summary>As last written in the window; for an address, that. Hostile text.</summary>
    public string Login { get; set; } = "";

    public AccessKind Kind { get; set; }

    public long Requests { get; set; }

    /// <summary>Nothing but what a page does by itself.</summary>
    public bool IsTabOnly { get; set; }

    /// <summary>By Grafana's own login page; by another server they are not seen.</summary>
    public long SignIns { get; set; }

    public long SignOuts { get; set; }

    /// <summary>Of an address.</summary>
    public long RefusedSignIns { get; set; }

    public List<AccessDashboard> Dashboards { get; set; } = [];

    public List<AccessChange> Changes { get; set; } = [];
}

/// <summary>Whose row it is. Written to disk by name.</summary>
internal enum AccessKind
{
    Person,
    ServiceAccount,

    /// <summary>An account that was made and locked in that window.</summary>
    Stranger,

    /// <summary>An account that no list named: deleted since, probably.</summary>
    Unknown,

    /// <summary>Nobody: an address from which sign-ins were refused.</summary>
    Address,
}

/// <summary>A dashboard that somebody had before them.</summary>
/// <param name="Opens">How often they opened it; 0 where it was on screen and had been opened before the window.</param>
/// <param name="First">The first request that shows it.</param>
internal sealed record AccessDashboard(string Uid, long Opens, DateTimeOffset First, DateTimeOffset Last)
{
    public static AccessDashboard Of(DashboardActivity dashboard) =>
        new(dashboard.Uid, dashboard.Opens, dashboard.FirstSeen, dashboard.LastSeen);
}

/// <summary>Something that they had Grafana make, change or delete.</summary>
/// <param name="Path">Hostile text.</param>
internal sealed record AccessChange(DateTimeOffset At, string Method, string Path);

[JsonSourceGenerationOptions(
    UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AccessRow))]
internal sealed partial class AccessJson : JsonSerializerContext;
