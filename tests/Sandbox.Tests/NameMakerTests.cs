using Athena.Sandbox.Grafana;

namespace Athena.Sandbox.Tests;

internal sealed class NameMakerTests
{
    [TestCase("Ward Occupancy", "ward-occupancy")]
    [TestCase("Lab Turnaround & QC <2h>", "lab-turnaround-and-qc-3c-2h3e")]
    [TestCase("HL7 interface – errors \"A=B\"", "hl7-interface-e28093-errors-a3d-b")]
    public void Makes_slugs_as_recorded(string title, string slug) => Assert.That(NameMaker.Slug(title), Is.EqualTo(slug));

    [Test]
    public void The_same_seed_gives_the_same_names()
    {
        var (one, other) = (new NameMaker(new Random(7)), new NameMaker(new Random(7)));
        Assert.Multiple(() =>
        {
            Assert.That(one.Uid(), Is.EqualTo(other.Uid()).And.Match("^[a-f][a-z0-9]{13}$"));
            Assert.That(one.ServiceAccountToken(), Is.EqualTo(other.ServiceAccountToken()).And.Match("^glsa_[A-Za-z0-9]{32}_[0-9a-f]{8}$"));
        });
    }
}
