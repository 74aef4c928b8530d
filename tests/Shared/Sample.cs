using System.Text;
using Athena.Common.Notify;

namespace Athena.Tests.Shared;

/// <summary>A golden file of <c>docs/samples</c>.</summary>
internal static class Sample
{
    /// <summary>A mail: its text with its subject, and its page.</summary>
    public static void AssertIs(string name, Notification mail)
    {
        AssertIs(name + ".txt", $"Subject: {mail.Subject}\n\n{mail.Text}");
        AssertIs(name + ".html", mail.Html);
    }

    public static void AssertIs(string file, string actual)
    {
        var path = Repository.PathOf(Path.Combine("docs/samples", file));
        if (Environment.GetEnvironmentVariable("UPDATE_SAMPLES") == "1")
            File.WriteAllText(path, actual, new UTF8Encoding(false));
        Assert.That(File.Exists(path), Is.True, $"{path} is missing: UPDATE_SAMPLES=1 writes it");
        Assert.That(actual, Is.EqualTo(File.ReadAllText(path)), $"{path} differs: UPDATE_SAMPLES=1 writes it anew");
    }
}
