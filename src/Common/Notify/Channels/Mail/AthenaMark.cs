namespace Athena.Common.Notify.Channels.Mail;

/// <summary>The picture at the head of our mails unless the site has its own; drawn by <c>logo.py</c> beside it.</summary>
internal static class AthenaMark
{
    public static byte[] Png { get; } = Read();

    private static byte[] Read()
    {
        using Stream resource = typeof(AthenaMark).Assembly.GetManifestResourceStream("Athena.Common.logo.png")
            ?? throw new InvalidOperationException("The logo is not in this assembly.");
        byte[] bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
}
