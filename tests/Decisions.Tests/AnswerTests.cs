using System.Net;
using Athena.Common.Daemon.Decisions;
using Athena.Decisions.Pages;

namespace Athena.Decisions.Tests;

/// <summary>What each request is answered, and what the daemon is asked for it.</summary>
internal sealed class AnswerTests
{
    private static readonly (string Name, string Value)[] Filled =
        [(DecisionDesk.Form, Some.Form), (DecisionDesk.Pin, Some.Pin), (DecisionDesk.Until, "2027-03-31")];

    private Stage stage = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        stage = await Stage.OpenAsync();
        stage.Desk.Pages[Some.Token] = Some.Approve;
    }

    [TearDown]
    public async Task CloseAsync() => await stage.DisposeAsync();

    [Test]
    public async Task Whoever_looks_changes_nothing_however_often()
    {
        for (var i = 0; i < 5; i++)
        {
            foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
            {
                using var answer = await stage.GetAsync(Some.Token, method);
                var text = await answer.Content.ReadAsStringAsync();
                Assert.Multiple(() =>
                {
                    Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
                    Assert.That(text, method == HttpMethod.Head ? Is.Empty : Does.Contain(Some.Approve.Title));
                });
            }
        }

        Assert.That(stage.Desk.Decided, Is.Empty);
        Assert.That(stage.Desk.Described.Count(), Is.EqualTo(10));
    }

    [Test]
    public async Task A_decision_goes_on_as_it_was_filled_in_and_what_became_of_it_is_shown()
    {
        using var answer = await stage.PostAsync(Some.Token, Filled);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Multiple(() =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(stage.Desk.Decided.Single(), Is.EquivalentTo(new Dictionary<string, string>
            {
                [DecisionDesk.Token] = Some.Token,
                [DecisionDesk.Form] = Some.Form,
                [DecisionDesk.Pin] = Some.Pin,
                [DecisionDesk.Until] = "2027-03-31",
            }));
            Assert.That(text, Does.Contain(Some.Done.Title).And.Contain($"href=\"{Some.Undo}\"").And.Contain("Athena"));
        });
    }

    [Test]
    public async Task A_reason_of_several_lines_is_told_as_one()
    {
        stage.Desk.Pages[Some.Token] = Some.Reject;
        using var answer = await stage.PostAsync(
            Some.Token, (DecisionDesk.Form, Some.Form), (DecisionForm.Sure, "yes"), (DecisionDesk.Tell, "yes"),
            (DecisionDesk.Reason, "  not of our\r\n\r\nward  "));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(stage.Desk.Decided.Single(), Does.ContainKey(DecisionDesk.Reason).WithValue("not of our ward")
            .And.ContainKey(DecisionDesk.Tell).WithValue("yes"));
    }

    [TestCase(DecisionOutcome.Noted, HttpStatusCode.OK)]
    [TestCase(DecisionOutcome.DecidedBefore, HttpStatusCode.OK)]
    [TestCase(DecisionOutcome.Closed, HttpStatusCode.NotFound)]
    [TestCase(DecisionOutcome.Refused, HttpStatusCode.UnprocessableEntity)]
    public async Task Each_outcome_has_its_status(DecisionOutcome outcome, HttpStatusCode status)
    {
        stage.Desk.Answer = new DecisionAnswer(outcome, "A title", "What is so now.");
        using var answer = await stage.PostAsync(Some.Token, Filled);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.StatusCode, Is.EqualTo(status));
        Assert.That(text, outcome == DecisionOutcome.Closed ? Does.Contain(DecisionPage.Closed.Title) : Does.Contain("What is so now."));
    }

    [Test]
    public async Task Who_is_refused_gets_the_next_page_with_what_was_wrong_and_types_the_PIN_anew()
    {
        stage.Desk.Answer = Some.WrongPin;
        using var answer = await stage.PostAsync(Some.Token, Filled);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(text, Does.Contain("This PIN is not right.").And.Contain("value=\"next-value\"").And.Contain("value=\"2027-03-31\"")
            .And.Not.Contain(Some.Pin));
    }

    [Test]
    public async Task A_PIN_that_was_not_typed_is_no_try()
    {
        using var without = await stage.PostAsync(Some.Token, (DecisionDesk.Form, Some.Form));
        using var empty = await stage.PostAsync(Some.Token, (DecisionDesk.Form, Some.Form), (DecisionDesk.Pin, "  "));
        Assert.Multiple(() =>
        {
            Assert.That(without.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(empty.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(stage.Desk.Decided, Is.Empty);
        });
    }

    [Test]
    public async Task A_reason_that_is_too_long_is_shown_again_and_not_cut()
    {
        stage.Desk.Pages[Some.Token] = Some.Reject;
        var reason = new string('x', DecisionDesk.MostReason + 1);
        using var answer = await stage.PostAsync(Some.Token, (DecisionForm.Sure, "yes"), (DecisionDesk.Reason, reason));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain(reason).And.Contain("500"));
        Assert.That(stage.Desk.Decided, Is.Empty);
    }

    [Test]
    public async Task A_link_that_is_not_open_and_an_address_that_is_none_look_the_same()
    {
        using var closed = await stage.GetAsync(Some.TokenOf('x'));
        var page = await closed.Content.ReadAsByteArrayAsync();
        Assert.That(stage.Desk.Described.Count(), Is.EqualTo(1));
        foreach (var path in (string[])[
            "", "athena/decide/", "athena/decide/short", $"athena/decide/{Some.Token}x", $"athena/decide/{Some.Token}/", "athena/decide",
            $"decide/{Some.Token}", $"athena/decide/{Some.TokenOf('!')}", $"xathena/decide/{Some.Token}/../x", "favicon.ico",
            $"athena/decide/%2e%2e/{Some.Token}"])
        {
            using var answer = await stage.Client.GetAsync(path);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound), path);
            Assert.That(await answer.Content.ReadAsByteArrayAsync(), Is.EqualTo(page), path);
        }

        foreach (var method in (string[])["PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
        {
            using var answer = await stage.GetAsync(Some.Token, new HttpMethod(method));
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound), method);
        }

        Assert.That(stage.Desk.Described.Count(), Is.EqualTo(1), "nobody was asked about what is no token");
    }

    [TestCase("grafana/athena/decide/")]
    [TestCase("a/b/c/athena/decide/")]
    public async Task It_works_below_a_path_of_the_proxy(string folder)
    {
        using var answer = await stage.Client.GetAsync(folder + Some.Token + "?utm_source=mail");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain($"action=\"{Some.Token}\""));
    }

    [Test]
    public async Task A_daemon_that_is_not_there_is_told_of_with_what_to_do()
    {
        await stage.Desk.StopAsync();
        using var answer = await stage.GetAsync(Some.Token);
        Assert.Multiple(() =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
            Assert.That(answer.Headers.RetryAfter?.Delta, Is.EqualTo(TimeSpan.FromMinutes(1)));
        });
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("decide in Grafana"));
        using var again = await stage.GetAsync(Some.Token);
        await stage.Desk.StartAsync();
        using var later = await stage.GetAsync(Some.Token);
        Assert.That(later.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(stage.Log.Count(line => line.Contains("does not answer", StringComparison.Ordinal)), Is.EqualTo(1), "said once");
        Assert.That(stage.Log.Count(line => line.Contains("answers again", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task A_daemon_that_dies_between_the_question_and_the_answer_may_have_decided_and_that_is_said()
    {
        var dies = new TaskCompletionSource();
        stage.Desk.Pages[Some.Token] = Some.TakeBack;
        using var page = await stage.GetAsync(Some.Token);
        stage.Desk.Until = dies.Task;
        var described = stage.Desk.Described.Count();
        var post = stage.PostAsync(Some.Token, (DecisionDesk.Form, Some.Form));
        while (stage.Desk.Described.Count() == described) await Task.Yield();
        stage.Desk.Until = Task.FromException(new IOException("killed"));
        dies.SetResult();
        using var answer = await post;
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("It is not known whether that was carried out"));
        Assert.That(stage.Desk.Decided.Count(), Is.EqualTo(1), "and it is not asked a second time");
    }

    [Test]
    public async Task What_is_no_form_of_the_page_decides_nothing()
    {
        HttpContent[] others =
        [
            new StringContent("{\"pin\":\"482913\"}", null, "application/json"),
            new StringContent("pin=482913", null, "text/plain"),
            new MultipartFormDataContent { { new StringContent(Some.Pin), DecisionDesk.Pin } },
            new StringContent("pin=1&pin=482913", null, "application/x-www-form-urlencoded"),
            new StringContent(string.Join('&', Enumerable.Range(0, 40).Select(i => $"a{i}=1")), null, "application/x-www-form-urlencoded"),
        ];
        foreach (var content in others)
        {
            using var answer = await stage.Client.PostAsync($"athena/decide/{Some.Token}", content);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        }

        Assert.That(stage.Desk.Decided, Is.Empty);
    }

    [Test]
    public async Task Each_page_forbids_whatever_is_not_needed()
    {
        using var first = await stage.GetAsync(Some.Token);
        using var result = await stage.PostAsync(Some.Token, Filled);
        using var none = await stage.GetAsync("none");
        foreach (var answer in (HttpResponseMessage[])[first, result, none])
        {
            string Header(string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join("; ", values) : "";
            Assert.Multiple(() =>
            {
                Assert.That(Header("Content-Security-Policy"), Does.Match(
                    @"^default-src 'none'; style-src( 'sha256-[A-Za-z0-9+/=]{44}'){3}; img-src data:; form-action 'self'; "
                    + "frame-ancestors 'none'; base-uri 'none'$"));
                Assert.That(Header("Cache-Control"), Is.EqualTo("no-store, no-transform"));
                Assert.That(Header("Referrer-Policy"), Is.EqualTo("no-referrer"));
                Assert.That(Header("X-Content-Type-Options"), Is.EqualTo("nosniff"));
                Assert.That(Header("Content-Digest"), Does.Match(@"^sha-256=:[A-Za-z0-9+/=]{44}:$"));
                Assert.That(Header("X-Robots-Tag"), Does.Contain("noindex"));
                Assert.That(Header("Set-Cookie") + Header("Server"), Is.Empty);
                Assert.That(answer.Content.Headers.ContentType?.ToString(), Is.EqualTo("text/html; charset=utf-8"));
            });
        }
    }

    [Test]
    public async Task The_page_by_which_check_looks_asks_nobody_has_nothing_to_press_and_an_address_without_its_sign()
    {
        using var shown = await stage.GetAsync("check");
        using var sent = await stage.PostAsync("check", Filled);
        var html = await shown.Content.ReadAsStringAsync();
        Assert.That((shown.StatusCode, sent.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.NotFound)));
        Assert.That(html, Does.Contain("somebody&#64;example.org").And.Not.Contain("@").And.Not.Contain("<form"));
        Assert.That(stage.Desk.Described.Concat(stage.Desk.Decided), Is.Empty);
    }

    [Test]
    public async Task Two_decisions_at_once_both_go_to_the_daemon_which_says_who_was_first()
    {
        var answers = await Task.WhenAll(stage.PostAsync(Some.Token, Filled), stage.PostAsync(Some.Token, Filled));
        Assert.That(answers.Select(answer => answer.StatusCode), Is.All.EqualTo(HttpStatusCode.OK));
        Assert.That(stage.Desk.Decided.Count(), Is.EqualTo(2));
    }

    [Test]
    public async Task No_line_of_the_log_holds_a_token_or_a_PIN_at_whatever_level()
    {
        using var page = await stage.GetAsync(Some.Token);
        using var done = await stage.PostAsync(Some.Token, Filled);
        await stage.Desk.StopAsync();
        using var silent = await stage.GetAsync(Some.Token);
        using var none = await stage.Client.GetAsync("athena/decide/" + new string('y', 3000));
        Assert.That(stage.Log.Where(line => line.Contains("link", StringComparison.Ordinal)), Is.Not.Empty);
        Assert.That(stage.Log, Has.None.Contains(Some.Token).And.None.Contains(Some.Pin).And.None.Contains("yyyyyy"));
    }
}
