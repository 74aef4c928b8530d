using Athena.Common.Daemon.Decisions;

namespace Athena.Decisions.Tests;

/// <summary>The page in a browser: by a scanner that presses whatever it finds, and by a person.</summary>
internal sealed class BrowserTests
{
    /// <summary>What a sandbox of a mail filter does: every link, box and button as it finds them, and every form as it stands.</summary>
    private const string PressEverything = """
        (() => {
          for (const element of document.querySelectorAll('a, button, input:not([type=hidden]), label, summary')) element.click();
          for (const box of document.querySelectorAll('input[type=checkbox]')) box.checked = true;
          for (const form of document.forms) form.requestSubmit();
          return document.querySelectorAll('a, button').length;
        })()
        """;

    private Browser browser = null!;
    private Stage stage = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => browser = await Browser.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
    }

    [SetUp]
    public async Task OpenAsync() => stage = await Stage.OpenAsync();

    [TearDown]
    public async Task CloseAsync() => await stage.DisposeAsync();

    [TestCase(DecisionChoice.Approve, DecisionProof.Pin)]
    [TestCase(DecisionChoice.Approve, DecisionProof.Identity)]
    [TestCase(DecisionChoice.Reject, DecisionProof.None)]
    [TestCase(DecisionChoice.Reject, DecisionProof.Pin)]
    public async Task A_program_that_presses_every_button_decides_nothing(DecisionChoice choice, DecisionProof proof)
    {
        stage.Desk.Pages[Some.Token] = Some.Approve with { Choice = choice, Proof = proof };
        await browser.OpenAsync(stage.Folder + Some.Token);
        Assert.That(await browser.EvaluateAsync("document.querySelectorAll('button').length"),
            Is.EqualTo(proof == DecisionProof.Identity ? "0" : "1"));
        await browser.EvaluateAsync(PressEverything);
        await browser.LoadedAsync();

        // Without the browser's own look at what is to be filled in, it comes to us, and no further.
        if (proof != DecisionProof.Identity)
        {
            // In one step: what was pressed before may be on its way to another page, and there is no form on the way.
            await browser.UntilAsync("document.readyState === 'complete' && document.forms.length > 0 && !document.forms[0].submit()");
            await browser.UntilAsync("document.querySelector('.alert') !== null && document.readyState === 'complete'");
        }

        await browser.EvaluateAsync(PressEverything);
        Assert.That(stage.Desk.Decided, Is.Empty);
    }

    [Test]
    public async Task A_person_with_a_keyboard_alone_approves_and_takes_it_back()
    {
        stage.Desk.Pages[Some.Token] = Some.Approve;
        stage.Desk.Pages[Some.Undo] = Some.TakeBack;
        await browser.OpenAsync(stage.Folder + Some.Token);
        List<string> reached = [];
        while (await browser.EvaluateAsync("document.activeElement.id") != "pin")
        {
            await browser.PressAsync("Tab", 9);
            reached.Add(await browser.EvaluateAsync(
                "document.activeElement.id + ' ' + getComputedStyle(document.activeElement).outlineStyle"));
            Assert.That(reached, Has.Count.LessThan(10), string.Join(", ", reached));
        }

        // A day's field has parts of its own, which the browser marks.
        Assert.That(reached.DistinctBy(one => one.Split(' ')[0]), Is.All.EndsWith(" solid"), "what has the focus is seen to have it");
        await browser.TypeAsync(Some.Pin);
        await browser.PressAsync("Enter", 13, "\r");
        await browser.UntilAsync($"document.querySelector('h1').textContent === '{Some.Done.Title}'");
        Assert.That(stage.Desk.Decided.Single()[DecisionDesk.Pin], Is.EqualTo(Some.Pin));

        await browser.EvaluateAsync("document.querySelector('a').click()");
        await browser.UntilAsync($"document.querySelector('h1').textContent === '{Some.TakeBack.Title}'");
        stage.Desk.Answer = new DecisionAnswer(DecisionOutcome.Done, "Taken back", "They are locked and wait.");
        await browser.EvaluateAsync("document.querySelector('button').click()");
        await browser.UntilAsync("document.querySelector('h1').textContent === 'Taken back'");
        Assert.That(stage.Desk.Decided.Last()[DecisionDesk.Token], Is.EqualTo(Some.Undo));
    }

    [Test]
    public async Task A_person_rejects_with_a_reason()
    {
        stage.Desk.Pages[Some.Token] = Some.Reject;
        await browser.OpenAsync(stage.Folder + Some.Token);
        await browser.EvaluateAsync("document.getElementById('reason').focus()");
        await browser.TypeAsync("not of our ward");
        foreach (var box in (string[])["tell", "sure"]) await browser.EvaluateAsync($"document.getElementById('{box}').click()");
        await browser.EvaluateAsync("document.querySelector('button').click()");
        await browser.UntilAsync($"document.querySelector('h1').textContent === '{Some.Done.Title}'");
        Assert.That(stage.Desk.Decided.Single(), Does.ContainKey(DecisionDesk.Reason).WithValue("not of our ward")
            .And.ContainKey(DecisionDesk.Tell).WithValue("yes"));
    }

    [TestCase(390, false)]
    [TestCase(390, true)]
    [TestCase(800, false)]
    [TestCase(800, true)]
    public async Task It_fits_a_telephone_and_a_screen_in_light_and_dark(int width, bool isDark)
    {
        await browser.ShowAsync(width, 844, isDark);
        foreach (var page in (DecisionPage[])[
            Some.Approve, Some.Reject, Some.Approve with { Title = new string('W', 200), Facts = [new("Login", new string('x', 500))] }])
        {
            stage.Desk.Pages[Some.Token] = page;
            await browser.OpenAsync(stage.Folder + Some.Token);
            if (Environment.GetEnvironmentVariable("PICTURES") is { } folder)
                await File.WriteAllBytesAsync(
                    Path.Combine(folder, $"{page.Choice}-{page.Title.Length}-{width}-{(isDark ? "dark" : "light")}.png"),
                    await browser.PictureAsync());
            Assert.Multiple(async () =>
            {
                Assert.That(
                    await browser.EvaluateAsync("document.documentElement.scrollWidth <= innerWidth"), Is.EqualTo("true"),
                    "nothing is cut off");
                Assert.That(await browser.EvaluateAsync("getComputedStyle(document.body).backgroundColor"),
                    Is.EqualTo(isDark ? "rgb(18, 23, 29)" : "rgb(238, 241, 244)"), "the style sheet is taken");
                Assert.That(await browser.EvaluateAsync(
                    "Math.min(...[...document.querySelectorAll('button, input:not([type=hidden]):not([type=checkbox]), .box')]"
                    + ".map(e => e.getBoundingClientRect().height)) >= 44"), Is.EqualTo("true"), "each can be met with a thumb");
            });
        }
    }
}
