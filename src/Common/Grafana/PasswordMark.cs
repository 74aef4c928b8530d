using System.Security.Cryptography;

namespace Athena.Common.Grafana;

/// <summary>A salted, slow hash by which a refused password is known again after a restart without being kept.</summary>
internal static class PasswordMark
{
    // Some 30 ms, at a refusal and at a start after one; the file it lies in holds a live session besides.
    private const int Iterations = 100_000;
    private const int SaltLength = 16;
    private const int HashLength = 32;

    public static string Make(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        return Convert.ToBase64String([.. salt, .. Hash(password, salt)]);
    }

    public static bool Matches(string mark, string password)
    {
        Span<byte> bytes = stackalloc byte[SaltLength + HashLength];
        return Convert.TryFromBase64String(mark, bytes, out var length) && length == bytes.Length
            && CryptographicOperations.FixedTimeEquals(bytes[SaltLength..], Hash(password, bytes[..SaltLength]));
    }

    private static byte[] Hash(string password, ReadOnlySpan<byte> salt) =>
        Rfc2898DeriveBytes.Pbkdf2(password, salt, Iterations, HashAlgorithmName.SHA256, HashLength);
}
