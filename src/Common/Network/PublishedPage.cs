using System.Text;

namespace Athena.Common.Network;

/// <summary>What came from an address.</summary>
/// <param name="Status">Of HTTP; 0 where nothing came.</param>
/// <param name="Headers">By name, in whatever case; several of one name are one, parted by a comma and a space.</param>
/// <param name="Body">As it was before it was compressed on the way.</param>
public sealed record PublishedPage(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>Why nothing came, in a few words; empty where something did.</summary>
    public string Fault { get; init; } = "";

    /// <summary>It was reached, and its certificate is none that this machine takes.</summary>
    public bool IsDistrusted { get; init; }

    /// <summary>The body, which is UTF-8.</summary>
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>Empty where there is no such header.</summary>
    public string Header(string name) => Headers.GetValueOrDefault(name, "");

    internal static PublishedPage None(string fault, bool isDistrusted = false) =>
        new(0, new Dictionary<string, string>(), []) { Fault = fault, IsDistrusted = isDistrusted };
}
