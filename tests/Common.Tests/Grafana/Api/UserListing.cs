using System.Buffers;
using Athena.Common.Grafana.Api;

namespace Athena.Common.Tests.Grafana.Api;

/// <summary>Feeds a list to its reader as a connection does: piece by piece, what was not taken again with the next.</summary>
internal static class UserListing
{
    /// <summary>The users; null when it was no list that decisions can be made by.</summary>
    public static List<GrafanaUser>? Read(ReadOnlySequence<byte> json, Dictionary<long, GrafanaUser> known) =>
        Result(json, known) as List<GrafanaUser>;

    public static object? Result(ReadOnlySequence<byte> json, Dictionary<long, GrafanaUser> known)
    {
        var reader = new UserListReader(known);
        long arrived = 0;
        var taken = json.Start;
        foreach (var piece in json)
        {
            arrived += piece.Length;
            var isLast = arrived == json.Length;
            if (reader.Take(json.Slice(taken, json.GetPosition(arrived)), isLast) is not { } next || isLast) return reader.Result;
            taken = next;
        }

        return reader.Take(json, isLast: true) is null ? reader.Result : reader.Result;
    }
}
