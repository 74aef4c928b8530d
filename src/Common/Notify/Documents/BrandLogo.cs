using System.Buffers.Binary;

namespace Athena.Common.Notify.Documents;

/// <summary>A picture in place of the name at the head of mails and of what is printed.</summary>
/// <param name="Png">The file as it is.</param>
/// <param name="Width">Of the picture, in its own pixels.</param>
/// <param name="Height">Of the picture, in its own pixels.</param>
public sealed record BrandLogo(byte[] Png, int Width, int Height)
{
    /// <summary>Every mail carries it.</summary>
    public const int MostBytes = 64 * 1024;

    public const int MostWidth = 800;
    public const int MostHeight = 240;

    private const int ShownHeight = 40;
    private const int ShownWidth = 220;

    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>How large it is shown, in the pixels of a page: within 220 × 40, and never larger than it is.</summary>
    public (int Width, int Height) Shown
    {
        get
        {
            var scale = Math.Min(1, Math.Min((double)ShownWidth / Width, (double)ShownHeight / Height));
            return (Math.Max(1, (int)Math.Round(Width * scale)), Math.Max(1, (int)Math.Round(Height * scale)));
        }
    }

    /// <summary>For a page that carries it in itself.</summary>
    public string DataUri => "data:image/png;base64," + Convert.ToBase64String(Png);

    /// <summary>Reads a picture by the header that each PNG begins with (ISO/IEC 15948, 5.2 and 11.2.1).</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="logo">Null when there is a problem.</param>
    /// <returns>What is wrong with it, to be read behind <c>BRAND_LOGO</c>; null when nothing is.</returns>
    public static string? Read(byte[] bytes, out BrandLogo? logo)
    {
        logo = null;
        if (bytes.Length > MostBytes) return $"must be at most 64 KiB, and has {bytes.Length / 1024 + 1} KiB: every mail carries it";
        if (bytes.Length < 33 || !bytes.AsSpan(0, 8).SequenceEqual(Signature) || !bytes.AsSpan(12, 4).SequenceEqual("IHDR"u8))
            return "must be a PNG picture";
        var width = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(16));
        var height = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(20));
        if (width is 0 or > MostWidth || height is 0 or > MostHeight)
            return $"must be at most {MostWidth} × {MostHeight} pixels, and has {width} × {height}";
        logo = new BrandLogo(bytes, (int)width, (int)height);
        return null;
    }
}
