using System.Globalization;
using Athena.Common.Daemon;
using Athena.Common.Daemon.Units;
using Athena.Common.Grafana.Api;
using Athena.Common.Settings;
using Athena.Common.Text;

namespace Athena.Workers.Setup;

/// <summary>
/// <c>setup</c>: a fresh host from nothing to guarded. Asks, shows, writes; then the daemons' own commands do the rest with the person's
/// terminal: <c>account create</c>, <c>check</c>, <c>activate</c>.
/// </summary>
/// <param name="daemons">Those that are installed.</param>
/// <param name="screen">Who is asked; nobody in a script.</param>
/// <param name="source">The settings as a daemon finds them.</param>
/// <param name="host">What this machine is.</param>
/// <param name="readAdmins">The people among Grafana's server admins; null where it does not say.</param>
/// <param name="tryAnswer">Tries what was answered, by its key and what is known of the others; null where there is nothing to try.</param>
/// <param name="time">By which it waits.</param>
/// <param name="output">Where it says what it does.</param>
internal sealed class SetupCommand(
    IDaemons daemons, SetupScreen screen, Func<string, SettingsSource> source, SetupHost host,
    Func<CancellationToken, Task<IReadOnlyList<GrafanaUser>?>> readAdmins,
    Func<string, Func<string, string?>, CancellationToken, Task<SetupTrial?>> tryAnswer, TimeProvider time, TextWriter output)
{
    /// <summary>Of fewer questions nothing is said beforehand: they are what an earlier run left.</summary>
    private const int Many = 5;

    private readonly SetupAnswers answers = new(daemons, screen, source, host.HasPage, tryAnswer);
    private readonly List<string> written = [];
    private readonly SetupAccount account = new(daemons, screen, time);
    private bool isDecidedFromMails;
    private bool isDecidedInChat;

    /// <returns>
    /// The worst of what was done; <see cref="ExitCode.Usage"/> before anything was, where something is missing or wrong.
    /// </returns>
    public async Task<int> RunAsync(SetupOptions options, CancellationToken cancel)
    {
        try
        {
            return await GoAsync(options, cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return End(StopSignals.ExitCode, written.Count == 0
                ? "\nStopped. Nothing was written. To begin again: sudo athena-workers setup"
                : $"\nStopped. What was written stays ({string.Join(", ", written)}). To go on: sudo athena-workers setup");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return End(ExitCode.Fault, $"{VisibleText.Escape(e.Message.TrimEnd('.'))}. {(written.Count == 0
                ? "Nothing was written" : $"Written before that: {string.Join(", ", written)}; each file is whole, as it was or as it was "
                + "shown")}. When that is mended: sudo athena-workers setup");
        }
    }

    private async Task<int> GoAsync(SetupOptions options, CancellationToken cancel)
    {
        if (!host.IsRoot) return End(ExitCode.NotPermitted, "Only root may write the settings: sudo athena-workers setup");
        if (daemons.Names is not [var first, ..])
            return End(ExitCode.Fault, Overview.NoneInstalled);
        if (await answers.TakeAsync(options, cancel).ConfigureAwait(false) is { } wrong) return End(ExitCode.Usage, wrong);
        if (!screen.IsThere && !options.Yes && !options.IsDryRun)
            return End(ExitCode.Usage, "Nobody is there to be asked: say the settings with --set and --secret, and --yes.");

        var asksAdministrators = screen.IsThere && answers.IsForThisHost(SetupQuestions.Administrators)
            && answers.IsOpen(SetupQuestions.Administrators);
        var asked = SetupQuestions.All.Where(one => answers.IsForThisHost(one) && !one.IsOfDecisions && one != SetupQuestions.Buttons)
            .Where(one => !asksAdministrators || one != SetupQuestions.Administrators).ToList();
        if (screen.IsThere && asked.Count(one => one.Needs is null && answers.IsOpen(one)) >= Many) SayWhatComes();
        await AskAllAsync(asked, cancel).ConfigureAwait(false);
        while (answers.Count > 0 && !Write(options))
        {
            if (options.IsDryRun) return ExitCode.Ok;
            if (!screen.Confirm("Go through the questions once more, with these answers in brackets? No ends it, and they are gone."))
                return End(ExitCode.Fault, "Nothing was written. To begin again: sudo athena-workers setup");
            answers.BeginAgain();
            await AskAllAsync(asked, cancel).ConfigureAwait(false);
        }

        if (written.Count == 0 && !asksAdministrators) Say("Nothing is to be written: what a fresh host needs is set.");
        if (options.IsDryRun) return ExitCode.Ok;

        if (!SetupAccount.IsIn(source(first)) && await account.MakeAsync(options, cancel).ConfigureAwait(false) is var code
            && code != ExitCode.Ok)
            return End(code, "Without an account nothing can be tested. When that is mended: sudo athena-workers setup");
        if (asksAdministrators) await AskForAdministratorsAsync(cancel).ConfigureAwait(false);
        return await TestAsync(options, cancel).ConfigureAwait(false);
    }

    private void SayWhatComes() => Say(
        "Some twenty questions follow. Enter takes what stands in brackets, yes and no are typed; a password or token is not shown.\n"
        + "Have at hand: the mail server, from which and to which addresses mails go, the login of a server admin in Grafana, the "
        + "Telegram bot's token and its chat's id.\n"
        + "Mail server and bot are tried at once. Before something is written it is shown, and you are asked; until then Ctrl-C leaves all "
        + "as it is.\n");

    /// <summary>In this order, and what is off by itself at the end.</summary>
    private async Task AskAllAsync(IReadOnlyList<SetupQuestion> asked, CancellationToken cancel)
    {
        foreach (var question in asked)
        {
            await answers.AskWhatWorksAsync(question, cancel).ConfigureAwait(false);
            if (question.Key == SetupQuestions.PublicUrl && answers.IsTyped(question)) SayWhereLinksLead();
        }

        await AskForButtonsAsync(cancel).ConfigureAwait(false);
        if (host.HasPage) await AskForDecisionsAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Shows who Grafana's server admins are, and takes them where nothing else is typed.</summary>
    private async Task AskForAdministratorsAsync(CancellationToken cancel)
    {
        var question = SetupQuestions.Administrators;
        if (await readAdmins(cancel).ConfigureAwait(false) is { Count: > 0 } admins)
        {
            var named = admins.Select(one => string.Create(
                CultureInfo.InvariantCulture, $"{one.Id} is {UntrustedText.Visible(one.Login, 40)}"));
            Say($"Grafana's server admins: {string.Join(", ", named)}");
            question = question with { Default = string.Join(',', admins.Select(one => one.Id)) };
        }

        await answers.AskAsync(question, cancel).ConfigureAwait(false);
        if (answers.Of(question) is { } value) WriteInto(answers.FileOf(question), [(question, value)]);
    }

    private async Task AskForDecisionsAsync(CancellationToken cancel)
    {
        var all = SetupQuestions.All.Where(one => one.IsOfDecisions && answers.IsForThisHost(one)).ToList();
        if (all.Count == 0) return;
        isDecidedFromMails = all.Any(one => !answers.IsOpen(one))
            || screen.Confirm(
                "Shall admins decide from their mails, too, by links? It needs a proxy before Grafana, and can be added later.");
        if (!isDecidedFromMails) return;
        foreach (var question in all) await answers.AskAsync(question, cancel).ConfigureAwait(false);

        // The page goes by its own file alone, and refuses to believe oauth2-proxy at a port.
        if (answers.Known(SetupQuestions.Identity) is not { } identity || identity == SetupQuestions.NoIdentity) return;
        AnswerForPage(SetupQuestions.Identity, identity);
        if (identity == "oauth2-proxy") AnswerForPage("DECISION_LISTEN", $"unix:{SetupLeft.PageSocket}");
    }

    private async Task AskForButtonsAsync(CancellationToken cancel)
    {
        var question = SetupQuestions.Buttons;
        if (!answers.IsForThisHost(question) || answers.Given(question) is not null) return;
        var hasChat = SetupQuestions.Chat.All(key => answers.Known(key) is not null);
        if (!answers.IsSaid(question)
            && !(hasChat && screen.Confirm(
                "Shall admins decide in the chat, too, by buttons? It needs their Telegram ids, and can be added later."))) return;
        await answers.AskAsync(question, cancel).ConfigureAwait(false);
        isDecidedInChat = answers.Known(question.Key) is not null;
        foreach (var one in SetupQuestions.All.Where(one => isDecidedInChat && SetupQuestions.Chat.Contains(one.Key)))
        {
            if (answers.Known(one.Key) is { } value) answers.Add(one with { Daemon = question.Daemon }, value);
        }
    }

    private void AnswerForPage(string key, string value) => answers.Add(new SetupQuestion(key, "") { Daemon = PageUnits.Page }, value);

    /// <summary>Whoever gets a mail reads it elsewhere.</summary>
    private void SayWhereLinksLead()
    {
        if (answers.Known(SetupQuestions.PublicUrl) is null
            && Uri.TryCreate(answers.Known("GRAFANA_URL"), UriKind.Absolute, out var url) && url.IsLoopback)
            Say($"  Then the links in mails lead to {url.GetLeftPart(UriPartial.Authority)}, which opens on this host alone. To change "
                + $"that: {SetupQuestions.PublicUrl} in {Path.Combine(answers.Folder, AutoDisable.Identity.Worker.Daemon)}");
    }

    /// <summary>Shows what each file gets, asks, and writes it; false when nothing was written.</summary>
    private bool Write(SetupOptions options)
    {
        var files = answers.ByFile;
        foreach (var file in files)
        {
            Say($"{file.Key}:");
            foreach (var (question, value) in file)
                Say($"  + {question.Key}={(question.IsSecret ? "(secret)" : VisibleText.Escape(value))}");
        }

        if (options.IsDryRun || !(options.Yes || screen.Confirm("Write this?"))) return false;
        foreach (var file in files) WriteInto(file.Key, file);

        Say("Written; root alone may read it.");
        return true;
    }

    private void WriteInto(string file, IEnumerable<(SetupQuestion Question, string Value)> given)
    {
        var text = new SettingsText(file);
        text.Replace(text.With(
            [.. given.Select(answer => KeyValuePair.Create(answer.Question.Key, answer.Value))], "By athena-workers setup"));
        if (!written.Contains(file)) written.Add(file);
    }

    private async Task<int> TestAsync(SetupOptions options, CancellationToken cancel)
    {
        var sendsTest = options.SendsTest
            || screen.Confirm("Send test mails, but none to those who get the reports, and a test message to the chat?");
        var checks = new SetupChecks(daemons, output);
        var worst = ExitCode.Ok;
        List<string> off = [];
        foreach (var daemon in daemons.Names)
        {
            Say($"\n== {daemon}");
            var looking = checks.AskAsync(daemon, sendsTest && daemon != Compliance.Identity.Worker.Daemon, cancel);
            await screen.WhileAsync("looking at each thing that it needs…", looking).ConfigureAwait(false);
            var found = checks.Show(await looking.ConfigureAwait(false));
            cancel.ThrowIfCancellationRequested();
            var isInForce = host.IsInForce(daemon);
            var code = ExitCode.Ok;
            if (found is not (ExitCode.Ok or ExitCode.Warnings))
            {
                Say($"{(isInForce ? "It is in force all the same. Mend that" : "Mend that first")}; each line says how. The settings stand "
                    + $"in {answers.Folder}/{WorkerIdentity.Platform} and {answers.Folder}/{daemon}. "
                    + $"Then: sudo {(isInForce ? $"systemctl restart {daemon}" : $"{daemon} activate")}");
                code = found;
            }
            else if (isInForce)
            {
                Say(written.Any(file => Path.GetFileName(file) is var name && (name == daemon || name == WorkerIdentity.Platform))
                    ? $"It is in force already. It takes what was written when it starts anew: sudo systemctl restart {daemon}"
                    : "It is in force already, and starts at boot.");
            }
            else if (options.Activates || screen.Confirm($"Put {daemon} in force now?"))
            {
                string[] activate = options.Activates ? ["activate", "--yes", "--in-setup"] : ["activate", "--in-setup"];
                code = await daemons.RunHereAsync(daemon, activate, cancel).ConfigureAwait(false);
                cancel.ThrowIfCancellationRequested();
            }
            else
            {
                Say($"To put it in force: sudo {daemon} activate");
            }

            if (code == ExitCode.Ok) continue;
            worst = code;
            if (!isInForce) off.Add(daemon);
        }

        if (await account.LookAgainAsync(options, cancel).ConfigureAwait(false) is var seen && seen != ExitCode.Ok) worst = seen;
        if (off.Count > 0)
            Say($"\nNOT in force: {string.Join(", ", off)}. What to mend stands above; then once more: sudo athena-workers setup");
        SayWhatIsLeft();
        Say("\nHow they are: sudo athena-workers status");
        if (answers.IsForThisHost(SetupQuestions.Buttons))
            Say("Prove that a stranger is locked: sudo grafana-auto-disable drill --mail no");
        return worst;
    }

    /// <summary>What is somebody else's to do.</summary>
    private void SayWhatIsLeft()
    {
        if (!host.HasPage && screen.IsThere && answers.IsForThisHost(SetupQuestions.All.First(one => one.IsOfDecisions)))
            Say($"\nAdmins can decide from their mails: {SetupAnswers.InstallPage}");
        foreach (var line in SetupLeft.Lines(answers.Known, isDecidedFromMails, isDecidedInChat)) Say(line);
    }

    private int End(int code, string sentence)
    {
        Say(sentence);
        return code;
    }

    private void Say(string line) => screen.Say(line);
}

/// <summary>The machine that is set up.</summary>
/// <param name="IsRoot">Whether this process may write the settings.</param>
/// <param name="HasPage">Whether the page of decisions is installed.</param>
/// <param name="IsInForce">Whether a daemon is at work already, and comes back at boot.</param>
internal sealed record SetupHost(bool IsRoot, bool HasPage, Func<string, bool> IsInForce);
