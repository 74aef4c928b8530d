using System.Reflection;
using System.Text;

namespace Athena.Sandbox;

/// <summary>Pages, styles and scripts that are carried inside.</summary>
internal static class Embedded
{
    public static byte[] Bytes(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("page/" + name)!;
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }

    public static string Text(string name) => Encoding.UTF8.GetString(Bytes(name));
}
