using System.Runtime.Versioning;
using Athena.Common.Time;
using Athena.Compliance.CommandLine;
using Athena.Compliance.Evidence;
using Athena.Compliance.Policy;
using Athena.Compliance.State;

namespace Athena.Compliance.Tests;

[SupportedOSPlatform("linux")]
internal sealed class EvidenceStoreTests
{
    private static readonly DateTimeOffset End = new(2026, 11, 20, 10, 0, 0, TimeSpan.FromHours(2));
    private DirectoryInfo directory = null!;

    [SetUp]
    public void AnEmptyPlace() => directory = Directory.CreateTempSubdirectory("athena-evidence-");

    [TearDown]
    public void TakeItAway() => directory.Delete(recursive: true);

    [Test]
    public void What_is_kept_is_found_again_whole_and_is_nobody_elses_to_read()
    {
        var book = new EvidenceStore(Path.Combine(directory.FullName, "evidence"));
        var evidence =
            Example.Of(Outcome.OnlyAdminsInPart, new Window(End.AddHours(-1), End), "file:/grafana.log", End.AddSeconds(20)) with
            {
                Probes = new ProbeTally(11, 1),
                IsAccountShared = true,
                IsInvented = false,
            };
        Assert.That(book.TryKeep(evidence, out var problem), Is.True, problem);
        var found = book.Find("AC-20261120T0800Z");
        Assert.Multiple(() =>
        {
            Assert.That(
                EvidenceJson.Write(found!, null, TimeZoneInfo.Utc), Is.EqualTo(EvidenceJson.Write(evidence, null, TimeZoneInfo.Utc)));
            Assert.That(
                (found!.Finding, found.Probes, found.People[0].Marks, found.Coverage!.Gaps[0]),
                Is.EqualTo((evidence.Finding, evidence.Probes, evidence.People[0].Marks, evidence.Coverage!.Gaps[0])));
            Assert.That(
                File.GetUnixFileMode(Directory.GetFiles(directory.FullName, "*", SearchOption.AllDirectories)[0]),
                Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        });
    }

    [TestCase("../../etc/passwd")]
    [TestCase("AC-20261120T0900Z")]
    [TestCase("")]
    public void Nothing_is_found_under_another_name(string id) => Assert.That(new EvidenceStore(directory.FullName).Find(id), Is.Null);

    [Test]
    public void What_is_older_than_it_may_be_goes_and_nothing_else()
    {
        var book = new EvidenceStore(directory.FullName);
        foreach (var days in (int[])[0, 89, 91])
            book.TryKeep(
                Example.Of(Outcome.Nobody, new Window(End.AddDays(-days).AddHours(-1), End.AddDays(-days)), "", End) with
                {
                    IsInvented = false,
                },
                out _);
        File.WriteAllText(Path.Combine(directory.FullName, "notes.json"), "somebody's");
        book.Trim(End.AddDays(-90));
        Assert.That(directory.GetFiles().Select(file => file.Name), Is.EquivalentTo(
            new[] { "AC-20261120T0800Z.json", "AC-20260823T0800Z.json", "notes.json" }));
    }
}
