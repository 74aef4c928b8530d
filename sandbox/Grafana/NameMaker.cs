using System.Globalization;
using System.Text;

namespace Athena.Sandbox.Grafana;

/// <summary>
/// Ids, uids, tokens and codes in the forms that Grafana gives them. Not safe for threads: use it under the database's lock.
/// </summary>
internal sealed class NameMaker(Random random)
{
    private const string Lower = "abcdefghijklmnopqrstuvwxyz0123456789";
    private const string Letters = Lower + "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    /// <summary>A letter a-f and 13 of [0-9a-z].</summary>
    public string Uid() => random.GetItems<char>("abcdef", 1)[0] + new string(random.GetItems<char>(Lower, 13));

    /// <summary>The large numbers that folders and dashboards have in version 12.</summary>
    public long BigId() => random.NextInt64(2_700_000_000_000_000, 2_800_000_000_000_000);

    public Guid ResourceUid() => new(Bytes(16));

    public string SessionToken() => Convert.ToHexStringLower(Bytes(16));

    public string ServiceAccountToken() => $"glsa_{new string(random.GetItems<char>(Letters, 32))}_{random.Next():x8}";

    public string InvitationCode() => new(random.GetItems<char>(Letters, 30));

    public string AccessErrorId() => string.Create(CultureInfo.InvariantCulture, $"ACE{random.NextInt64(1_000_000_000, 9_999_999_999)}");

    /// <summary>The last part of a dashboard's address: quotes dropped, other signs as the hexadecimal of their bytes (recorded).</summary>
    public static string Slug(string title)
    {
        var slug = new StringBuilder();
        var afterSign = false;
        foreach (var b in Encoding.UTF8.GetBytes(title.ToLowerInvariant().Replace("&", "and", StringComparison.Ordinal)))
        {
            var plain = char.IsAsciiLetterOrDigit((char)b) || b == '_';
            if (b is (byte)' ' or (byte)'-' || (plain && afterSign)) slug.Append(slug is [.., '-'] ? "" : "-");
            if (plain) slug.Append((char)b);
            afterSign = !plain && b is not ((byte)' ' or (byte)'-' or (byte)'"');
            if (afterSign) slug.Append(CultureInfo.InvariantCulture, $"{b:x}");
        }

        return slug.ToString().Trim('-');
    }

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
