using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Konscious.Security.Cryptography;

namespace Athena.AutoDisable.Deciding;

/// <summary>
/// PINs as Argon2id in the form of its reference program, <c>$argon2id$v=19$m=19456,t=2,p=1$salt$hash</c>, with the cost that OWASP's
/// Password Storage Cheat Sheet names: a tenth of a second and 19 MiB. A million PINs are tried in a day all the same: whoever reads the
/// hash has the PIN. It is the count of tries that keeps others out.
/// </summary>
internal static class PinHash
{
    /// <summary>The fewest digits.</summary>
    public const int Shortest = 6;

    private const int Longest = 32;
    private const int KiB = 19 * 1024;
    private const int Passes = 2;

    /// <summary>Null for one that may be used; else why not.</summary>
    public static string? WhyNot(string pin) => pin switch
    {
        _ when pin.Length is < Shortest or > Longest || !pin.All(char.IsAsciiDigit) => $"A PIN has {Shortest} to {Longest} digits.",
        _ when pin.Distinct().Count() < 3 || IsRow(pin, 1) || IsRow(pin, -1) =>
            "That PIN is among the first that anybody tries. Take another.",
        _ => null,
    };

    public static string Of(string pin)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        return $"$argon2id$v=19$m={Text(KiB)},t={Text(Passes)},p=1${Plain(salt)}${Plain(Hash(pin, salt))}";
    }

    public static bool Fits(string pin, string hash) =>
        hash.Split('$') is ["", "argon2id", "v=19", var cost, var salt, var value] && cost == $"m={Text(KiB)},t={Text(Passes)},p=1"
        && pin.Length is > 0 and <= Longest && CryptographicOperations.FixedTimeEquals(Hash(pin, Bytes(salt)), Bytes(value));

    private static byte[] Hash(string pin, byte[] salt)
    {
        using var argon = new Argon2id(Encoding.UTF8.GetBytes(pin))
        {
            Salt = salt,
            MemorySize = KiB,
            Iterations = Passes,
            DegreeOfParallelism = 1,
        };
        return argon.GetBytes(32);
    }

    private static bool IsRow(string pin, int step) =>
        pin.Zip(pin.Skip(1), (one, next) => (next - one + 10) % 10 == (step + 10) % 10).All(so => so);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Plain(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static byte[] Bytes(string text) => Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
}
