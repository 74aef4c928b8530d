using Athena.Common.Grafana.Annotations;
using Athena.Common.Grafana.Api;
using Athena.Common.Settings;
using Athena.Common.State;
using Athena.Common.State.Audit;
using Athena.Common.Tests.State.Audit;
using Athena.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.Common.Tests.Grafana.Annotations;

/// <summary>What stands on Grafana's dashboards of an audit, whatever Grafana says to it.</summary>
internal sealed class AnnotatorTests : AuditScenario
{
    private readonly List<string> journal = [];
    private AuditLog log = null!;
    private Dashboards grafana = null!;

    [SetUp]
    public void OpenAudit()
    {
        journal.Clear();
        log = AuditLog.Open(Options, Time, NullLogger<AuditLog>.Instance);
        grafana = new Dashboards();
        Lock(1);
    }

    [TearDown]
    public void CloseAudit() => log.Dispose();

    [Test]
    public async Task What_was_before_is_not_told_and_what_comes_is_told_once_also_over_restarts()
    {
        using var first = Open();
        await first.RoundAsync(default);
        Lock(2);
        await first.RoundAsync(default);
        await first.StopAsync(default);
        Time.Advance(TimeSpan.FromHours(1));
        Lock(3);
        using var second = Open();
        await second.RoundAsync(default);
        await second.RoundAsync(default);
        Assert.Multiple(() =>
        {
            Assert.That(grafana.Texts, Is.EqualTo(new[] { "Account locked", "Account locked" }));
            Assert.That(grafana.Written[0].Tags, Is.EqualTo(new[] { "athena", "grafana-auto-disable", "locked" }));
            Assert.That(grafana.Written[1].At - grafana.Written[0].At, Is.EqualTo(TimeSpan.FromHours(1)));
            Assert.That(second.Tally, Is.EqualTo(new AnnotationTally(1, 0, 0, null)));
            Assert.That(journal, Is.Empty);
        });
    }

    [Test]
    public async Task After_a_kill_the_last_one_may_stand_twice_and_none_is_missing()
    {
        using var first = Open();
        await first.RoundAsync(default);
        var path = Path.Combine(Folder.Path, Annotator.FileName);
        var before = await File.ReadAllBytesAsync(path);
        Lock(2);
        await first.RoundAsync(default);
        await File.WriteAllBytesAsync(path, before); // Killed after Grafana's answer.
        Time.Advance(TimeSpan.FromHours(1));
        Lock(3);
        using var second = Open();
        await second.RoundAsync(default);
        Assert.That(grafana.Written.Select(one => one.At.Hour - grafana.Written[0].At.Hour), Is.EqualTo(new[] { 0, 0, 1 }));
    }

    [Test]
    public async Task While_Grafana_is_away_lines_wait_and_it_is_said_once()
    {
        using var annotator = Open();
        grafana.Refusal = new(GrafanaOutcome.Unavailable, null, "Could not write annotations: nobody answers.");
        for (var hour = 0; hour < 3; hour++)
        {
            Lock(2 + hour);
            Time.Advance(TimeSpan.FromHours(1));
            await annotator.RoundAsync(default);
        }

        Assert.Multiple(() =>
        {
            Assert.That(annotator.Tally, Is.EqualTo(new AnnotationTally(0, 0, 3, "Could not write annotations: nobody answers.")));
            Assert.That(annotator.Tally.Sentence, Is.EqualTo("0 written, 3 waiting; Could not write annotations: nobody answers."));
            Assert.That(grafana.Asked, Is.EqualTo(3), "one try a round");
        });
        grafana.Refusal = null;
        await annotator.RoundAsync(default);
        Assert.Multiple(() =>
        {
            Assert.That(grafana.Written, Has.Count.EqualTo(3));
            Assert.That(annotator.Tally, Is.EqualTo(new AnnotationTally(3, 0, 0, null)));
            Assert.That(journal, Is.EqualTo(new[]
            {
                "Annotations are not written to Grafana: Could not write annotations: nobody answers.",
                "Annotations are written to Grafana again.",
            }));
        });
    }

    [Test]
    public async Task The_newest_thousand_wait_and_the_others_are_counted()
    {
        using var annotator = Open();
        grafana.Refusal = new(GrafanaOutcome.Refused, null, "May not.");
        log.Append([.. Enumerable.Range(2, 1005).Select(Locked)]);
        await annotator.RoundAsync(default);
        Assert.That(
            (annotator.Tally.Waiting, annotator.Tally.Dropped), Is.EqualTo((Annotator.MostWaiting, 5L)));
        grafana.Refusal = null;
        await annotator.RoundAsync(default);
        Assert.Multiple(() =>
        {
            Assert.That(grafana.Texts, Is.EqualTo(new[] { "1000 accounts locked" }), "of one minute, so one annotation");
            Assert.That(annotator.Tally, Is.EqualTo(new AnnotationTally(1, 5, 0, null)));
        });
    }

    [Test]
    public async Task One_that_Grafana_does_not_take_is_left_out_and_what_follows_is_written()
    {
        using var annotator = Open();
        Lock(2);
        Time.Advance(TimeSpan.FromHours(1));
        Lock(3);
        grafana.Spoiled = 1;
        await annotator.RoundAsync(default);
        Assert.Multiple(() =>
        {
            Assert.That(annotator.Tally, Is.EqualTo(new AnnotationTally(1, 1, 0, null)));
            Assert.That(
                journal, Is.EqualTo(new[] { "Grafana does not take the annotation about line 2 of the audit; it is left out." }));
        });
    }

    [Test]
    public async Task Logins_stand_in_them_where_that_is_wanted_harmless_and_not_without_end()
    {
        using var annotator = Open(AnnotationNaming.Named);
        log.Append(new AuditEntry("locked", "uid2", "locked", new Dictionary<string, string> { ["login"] = "<b onclick=x>&\u202e" }));
        await annotator.RoundAsync(default);
        Time.Advance(TimeSpan.FromHours(1));
        log.Append(new AuditEntry("approved", "uid2", "approved", new Dictionary<string, string> { ["by"] = "thandi" }));
        await annotator.RoundAsync(default);
        Time.Advance(TimeSpan.FromHours(1));
        log.Append([.. Enumerable.Range(3, 7).Select(Locked)]);
        await annotator.RoundAsync(default);
        Assert.Multiple(() =>
        {
            Assert.That(
                grafana.Texts[0].Replace("\u200b", "", StringComparison.Ordinal),
                Is.EqualTo("Account locked: &lt;b onclick=x&gt;&amp;\\u202E"));
            Assert.That(grafana.Texts[1], Does.StartWith("Account let in: &lt;b onclick=x&gt;").And.Not.Contain("thandi"));
            Assert.That(grafana.Texts[2], Is.EqualTo("7 accounts locked: login3, login4, login5, login6, login7 and 2 more"));
        });
    }

    [Test]
    public async Task Without_a_place_to_remember_it_nothing_is_written_for_it_would_come_twice()
    {
        Lock(2);
        var path = Path.Combine(Folder.Path, Annotator.FileName);
        Directory.CreateDirectory(path);
        using var annotator = Open();
        Lock(3);
        await annotator.RoundAsync(default);
        Assert.That(grafana.Asked, Is.Zero);
        Assert.That(annotator.Tally.Problem, Does.Contain("annotations.json").And.EndWith("Make room there."));
        Directory.Delete(path);
        await annotator.RoundAsync(default);
        Assert.That(grafana.Written, Has.Count.EqualTo(1));
    }

    [TestCase("""{"line":9999}""")]
    [TestCase("{")]
    [TestCase("[]")]
    [TestCase("""{"line":"2"}""")]
    public async Task A_damaged_memory_is_as_none(string text)
    {
        await File.WriteAllTextAsync(Path.Combine(Folder.Path, Annotator.FileName), text);
        using var annotator = Open();
        await annotator.RoundAsync(default);
        Assert.That(grafana.Asked, Is.Zero);
        Lock(2);
        await annotator.RoundAsync(default);
        Assert.That(grafana.Written, Has.Count.EqualTo(1));
    }

    [Test]
    public void Tags_are_asked_for_by_dashboards_and_never_change() => Assert.That(
        Enum.GetValues<NoteKind>().Select(NoteText.TagOf),
        Is.EqualTo(new[]
        {
            "locked", "approved", "rejected", "deleted", "decision-undone", "found-settled", "log-gap", "hour-not-seen", "report-owed",
            "report-sent",
        }));

    private void Lock(int i) => log.Append(Locked(i));

    private Annotator Open(AnnotationNaming naming = AnnotationNaming.Nameless)
    {
        var made = new Annotator(
            log, Options, "grafana-auto-disable",
            record => new AuditNote(
                record.Event == "locked" ? NoteKind.Locked : NoteKind.Approved, record.Case, AuditNote.TimeOf(record.At)),
            naming, grafana, new ListLogger<Annotator>(journal), Time);
        made.Recall();
        return made;
    }

    private sealed class Dashboards : IAnnotations
    {
        public List<GrafanaAnnotation> Written { get; } = [];

        public IReadOnlyList<string> Texts => [.. Written.Select(one => one.Text)];

        public int Asked { get; private set; }

        public GrafanaAnswer<AnnotationReceipt>? Refusal { get; set; }

        /// <summary>So many of the next ones it does not take.</summary>
        public int Spoiled { get; set; }

        public Task<GrafanaAnswer<AnnotationReceipt>> AnnotateAsync(GrafanaAnnotation annotation, CancellationToken cancel)
        {
            Asked++;
            if (Refusal is { } refusal) return Task.FromResult(refusal);
            var isKept = Spoiled-- <= 0;
            if (isKept) Written.Add(annotation);
            return Task.FromResult(new GrafanaAnswer<AnnotationReceipt>(GrafanaOutcome.Done, new AnnotationReceipt(isKept), ""));
        }

        public Task<GrafanaAnswer<AnnotationReceipt>> MayAnnotateAsync(CancellationToken cancel) => throw new NotSupportedException();
    }
}
