using System.Security.Cryptography;
using System.Text;
using Athena.AutoDisable.State;
using Athena.Common.Text;

namespace Athena.AutoDisable.Policy;

/// <summary>
/// Whether somebody who asks for access is written to that it was received. Whoever signs up types the address, which may be another's: an
/// address gets it once in 30 days, and all of them together twenty an hour.
/// </summary>
internal static class ReceivedPolicy
{
    public const int MostAnHour = 20;

    /// <summary>
    /// So many addresses are remembered; whoever types more within the 30 days fills it, and nobody is written to until then.
    /// </summary>
    public const int MostRemembered = 2000;

    public static readonly TimeSpan Once = TimeSpan.FromDays(30);

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Notes that this address is written to now, if it may be. The caller saves.</summary>
    public static bool MayTell(List<ReceivedNote> told, string email, DateTimeOffset now)
    {
        told.RemoveAll(note => now - note.At >= Once);
        var address = Mark(email);
        if (told.Count >= MostRemembered || told.Count(note => now - note.At < Hour) >= MostAnHour
            || told.Exists(note => note.Address == address))
            return false;
        told.Add(new ReceivedNote(address, now));
        return true;
    }

    /// <summary>Not the address itself: what a stranger typed is not kept for that long.</summary>
    private static string Mark(string email) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ClaimedText.Cut(email).ToLowerInvariant())).AsSpan(0, 12));
}
