namespace Athena.Common.Text;

/// <summary>A number of bytes as people read it.</summary>
public static class ByteSize
{
    private const long KiB = 1 << 10;
    private const long MiB = 1 << 20;
    private const long GiB = 1 << 30;

    /// <summary><c>512 bytes</c>, <c>1.5 KiB</c>, <c>40 MiB</c>, <c>3.1 GiB</c>.</summary>
    public static string Spoken(long bytes) => bytes switch
    {
        < KiB => FormattableString.Invariant($"{bytes} bytes"),
        < MiB => FormattableString.Invariant($"{(double)bytes / KiB:0.#} KiB"),
        < GiB => FormattableString.Invariant($"{(double)bytes / MiB:0.#} MiB"),
        _ => FormattableString.Invariant($"{(double)bytes / GiB:0.#} GiB"),
    };
}
