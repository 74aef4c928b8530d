using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Athena.Decisions.Desk;

/// <summary>The last part of a link: 256 random bits. Whoever has it can open the page, so it stands in no log.</summary>
internal readonly record struct LinkToken
{
    private const int Length = 43;

    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private LinkToken(string text) => Text = text;

    /// <summary>As it stands in the address; every sign of it can stand there as it is.</summary>
    public string Text { get; }

    /// <summary>Its SHA-256 in hexadecimal, by which it is known again and which opens nothing.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Text)));

    /// <summary>Names it in the log: the first six letters of its hash.</summary>
    public string Name => Hash[..6];

    /// <summary>Null when it is none, and so nobody need be asked.</summary>
    public static LinkToken? Of(ReadOnlySpan<char> text) =>
        text.Length == Length && !text.ContainsAnyExcept(Alphabet) ? new LinkToken(text.ToString()) : null;

    /// <summary>Not the token: whoever prints one by mistake prints nothing.</summary>
    public override string ToString() => Name;
}
