using System.Text;
using Athena.Tests.Shared;

namespace Athena.Workers.Tests.Samples;

/// <summary>The page of all samples, which <c>make samples</c> writes to <c>artifacts/samples/index.html</c>.</summary>
internal sealed class GalleryTests
{
    private const int Variants = 4;

    [Test]
    public void Every_sample_is_on_the_page()
    {
        var page = Gallery.Page();
        if (Environment.GetEnvironmentVariable("UPDATE_SAMPLES") == "1")
        {
            var path = Repository.PathOf("artifacts/samples/index.html");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, page, new UTF8Encoding(false));
        }

        Assert.That(Gallery.Names, Has.Count.GreaterThan(50));
        Assert.That(Gallery.Names.Where(name => !page.Contains($"<section id=\"{name}\">", StringComparison.Ordinal)), Is.Empty);
        Assert.That(
            page.Split("title=\"locked, ").Length - 1,
            Is.EqualTo(Variants),
            "as wide as a screen and as a telephone, in light and in dark");
        Assert.That(page, Does.Not.Contain("cid:").And.Not.Contain("src=\"http"), "it loads nothing, and lacks no picture");
    }

    [Test]
    public void What_a_stranger_typed_does_not_act_on_it()
    {
        var page = Gallery.Page();
        Assert.That(page.Split("<script>").Length - 1, Is.EqualTo(1), "its own");
        Assert.That(page.Split("<iframe ").Length - 1, Is.EqualTo(page.Split("</iframe>").Length - 1));
    }
}
