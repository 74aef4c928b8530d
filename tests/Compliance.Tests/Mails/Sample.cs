using System.Text;
using Athena.Tests.Shared;

namespace Athena.Compliance.Tests.Mails;

/// <summary>A golden file of <c>docs/samples</c>.</summary>
internal static class Sample
{
    public static void AssertIs(string file, string actual)
    {
        var path = Repository.PathOf(Path.Combine("docs/samples", file));
        if (Environment.GetEnvironmentVariable("UPDATE_SAMPLES") == "1")
            File.WriteAllText(path, actual, new UTF8Encoding(false));
        Assert.That(File.Exists(path), Is.True, $"{path} is missing: UPDATE_SAMPLES=1 writes it");
        Assert.That(actual, Is.EqualTo(File.ReadAllText(path)), $"{path} differs: UPDATE_SAMPLES=1 writes it anew");
    }
}
