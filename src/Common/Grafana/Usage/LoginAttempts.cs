namespace Athena.Common.Grafana.Usage;

/// <summary>
/// Passwords that were typed, by the address that the lines claim. A line does not name the login that was tried: whoever comes to a login
/// from the same address is taken to be the one who mistyped. Addresses are kept as numbers and never leave this class.
/// </summary>
internal sealed class LoginAttempts
{
    /// <summary>Whoever makes up more addresses than this is no person of ours.</summary>
    private const int Most = 4096;

    /// <summary>Grafana shuts a login after so many wrong passwords; who tries more for each that is right, guesses.</summary>
    private const int WrongOfPerson = 5;

    private readonly Dictionary<ulong, (long Right, long Wrong)> addresses = [];

    /// <summary>Wrong passwords of addresses from which somebody came in as well.</summary>
    public long Mistyped =>
        addresses.Values.Where(one => one.Right > 0 && one.Wrong <= one.Right * WrongOfPerson).Sum(one => one.Wrong);

    public void Take(ReadOnlySpan<byte> address, bool isRight) => Add(ByteMark.Of(address), isRight ? (1, 0) : (0, 1));

    public bool HasRoomFor(LoginAttempts later) => addresses.Count + later.addresses.Count <= Most;

    public void Join(LoginAttempts later)
    {
        foreach (var (address, attempts) in later.addresses)
            Add(address, attempts);
    }

    private void Add(ulong address, (long Right, long Wrong) more)
    {
        if (!addresses.TryGetValue(address, out var known) && addresses.Count >= Most)
            return;
        addresses[address] = (known.Right + more.Right, known.Wrong + more.Wrong);
    }
}
