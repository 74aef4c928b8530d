using System.Globalization;
using Athena.Common.Text;

namespace Athena.ActiveUsers.Policy;

/// <summary>How the data sources were at one look.</summary>
internal sealed record DataSourceLook(DateTimeOffset At, IReadOnlyList<DataSourceState> All)
{
    private const int MostNamed = 5;
    private const int NameWidth = 40;

    /// <summary>Those that failed in two looks one after the other, in a clause; empty where there is none.</summary>
    public string Failing
    {
        get
        {
            var failing = All.Where(one => one.IsConfirmed).Select(one => UntrustedText.Visible(one.Name, NameWidth)).ToList();
            if (failing.Count == 0) return "";
            var rest = failing.Count - MostNamed;
            var names = string.Join(", ", failing.Take(MostNamed));
            return string.Create(
                CultureInfo.InvariantCulture, $"{failing.Count} of {All.Count}: {names}{(rest > 0 ? $" and {rest} more" : "")}");
        }
    }

    /// <summary>For <c>status</c>.</summary>
    public string Sentence => Failing is { Length: > 0 } failing
        ? $"no answer from {failing}"
        : string.Create(CultureInfo.InvariantCulture, $"{All.Count(one => one.IsWell)} of {All.Count} answer");
}

/// <summary>How one data source was.</summary>
/// <param name="IsConfirmed">It failed in the look before, too.</param>
internal sealed record DataSourceState(long OrgId, string Uid, string Name, bool IsWell, bool IsConfirmed);
