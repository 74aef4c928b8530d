using System.Text;

namespace Athena.Common.Grafana.Usage;

/// <summary>
/// The uids of the dashboards of a window, numbered in the order in which they appeared, so that each is kept once for all users.
/// </summary>
internal sealed class UidNumbers
{
    private readonly Dictionary<byte[], int> numbers = new(UidComparer.Instance);
    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> byBytes;
    private readonly List<byte[]> uids = [];

    public UidNumbers() => byBytes = numbers.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <returns>-1 for one that has no number.</returns>
    public int Find(ReadOnlySpan<byte> uid) => byBytes.TryGetValue(uid, out int number) ? number : -1;

    /// <summary>Gives a number to one that has none.</summary>
    public int Add(byte[] uid)
    {
        numbers.Add(uid, uids.Count);
        uids.Add(uid);
        return uids.Count - 1;
    }

    /// <summary>For each of these the number that it has in another window's, -1 where it has none there.</summary>
    public int[] FindAllIn(UidNumbers others) => [.. uids.Select(uid => others.Find(uid))];

    /// <summary>Gives numbers in another window's to those that have none there.</summary>
    /// <param name="there">From <see cref="FindAllIn"/>.</param>
    public void AddMissingTo(UidNumbers others, int[] there)
    {
        for (int i = 0; i < there.Length; i++)
        {
            if (there[i] < 0)
                there[i] = others.Add(uids[i]);
        }
    }

    /// <summary>As text, by number.</summary>
    public string[] Texts() => [.. uids.Select(Encoding.UTF8.GetString)];
}

/// <summary>
/// Compares uids as bytes, so that one can be looked up as it stands in a line, without an allocation. The hash is seeded by the process.
/// </summary>
internal sealed class UidComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    public static UidComparer Instance { get; } = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    public int GetHashCode(byte[] obj) => GetHashCode((ReadOnlySpan<byte>)obj);

    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        var hash = new HashCode();
        hash.AddBytes(alternate);
        return hash.ToHashCode();
    }

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
}
