using System.Security.Cryptography;
using System.Text;

namespace Athena.Common.State.Audit;

/// <summary>
/// One line of the audit. Its hash covers all but the facts themselves, which it covers by their own salted hash: when the facts are
/// taken away after <c>AUDIT_KEEP</c> the chain can still be checked, and nobody can find out by guessing what they were.
/// </summary>
/// <param name="Seq">Counted from 1, without gaps.</param>
/// <param name="At">When it was decided; written as RFC 3339 with offset.</param>
/// <param name="Salt">Random, gone with the facts; null when they are gone.</param>
/// <param name="Facts">Null when they have been taken away.</param>
/// <param name="FactsHash">SHA-256 of salt and facts, see <see cref="HashFacts"/>.</param>
/// <param name="Previous">Hash of the line before; 64 zeros for the first.</param>
/// <param name="Hash">See <see cref="ComputeHash"/>.</param>
public sealed record AuditRecord(
    long Seq,
    string At,
    string Event,
    string Case,
    string Verdict,
    string? Salt,
    IReadOnlyDictionary<string, string>? Facts,
    string FactsHash,
    string Previous,
    string Hash)
{
    /// <summary>What stands before the first line.</summary>
    public static string Beginning { get; } = new('0', 64);

    /// <summary>The same without facts and salt, for the years after.</summary>
    public AuditRecord WithoutFacts() => this with { Salt = null, Facts = null };

    /// <summary>SHA-256 of seven lines: seq, at, event, case, verdict, factsHash, prev; each ends with a line feed, UTF-8.</summary>
    public string ComputeHash() => Sha256($"{Seq}\n{At}\n{Event}\n{Case}\n{Verdict}\n{FactsHash}\n{Previous}\n");

    /// <summary>SHA-256 of the salt and of each name and value in the order of the file, each on a line of its own.</summary>
    public static string HashFacts(string salt, IEnumerable<KeyValuePair<string, string>> facts)
    {
        var text = new StringBuilder(salt).Append('\n');
        foreach (var (name, value) in facts)
            text.Append(name).Append('\n').Append(value).Append('\n');
        return Sha256(text.ToString());
    }

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <summary>Stands in for the lines that were dropped at the front after <c>VERDICT_KEEP</c>, or names the head of the chain.</summary>
/// <param name="Seq">The last line it stands for.</param>
/// <param name="Hash">That line's hash.</param>
public sealed record AuditAnchor(long Seq, string Hash)
{
    /// <summary>Before the first line.</summary>
    public static AuditAnchor Beginning { get; } = new(0, AuditRecord.Beginning);
}
