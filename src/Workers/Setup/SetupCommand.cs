using System.Globalization;
using Athena.Common.Daemon.CommandLine;
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
/// <param name="terminal">Who is asked; nobody in a script.</param>
/// <param name="askSecret">Asks without echo; empty where nothing was typed.</param>
/// <param name="source">The settings as a daemon finds them.</param>
/// <param name="isRoot">Whether this process may write them.</param>
/// <param name="hasPage">Whether the page of decisions is installed.</param>
/// <param name="readAdmins">The people among Grafana's server admins; null where it does not say.</param>
/// <param name="tryAnswer">Tries what was answered, by its key and what is known of the others; null where there is nothing to try.</param>
/// <param name="time">By which it waits.</param>
/// <param name="output">Where it says what it does.</param>
internal sealed class SetupCommand(
    IDaemons daemons, Terminal terminal, Func<string, CancellationToken, Task<string>> askSecret, Func<string, SettingsSource> source,
    bool isRoot, bool hasPage, Func<CancellationToken, Task<IReadOnlyList<GrafanaUser>?>> readAdmins,
    Func<string, Func<string, string?>, CancellationToken, Task<SetupTrial?>> tryAnswer, TimeProvider time, TextWriter output)
{
    private const string InstallPage = "sudo apt install athena-workers-decisions; then once more: sudo athena-workers setup";

    /// <summary>Of fewer questions nothing is said beforehand: they are what an earlier run left.</summary>
    private const int Many = 5;

    private const string LeftOut = "It is left out: setup asks for it the next time.";

    private readonly Dictionary<string, string> said = new(StringComparer.Ordinal);
    private readonly List<(SetupQuestion Question, string Value)> answers = [];
    private readonly List<string> written = [];
    private string folder = SettingsPlace.Folder;
    private bool isDecidedFromMails;
    private bool isDecidedInChat;
    private readonly SetupAccount account = new(daemons, terminal, time, output);

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
            return End(ExitCode.Fault, written.Count == 0
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
        if (!isRoot) return End(ExitCode.NotPermitted, "Only root may write the settings: sudo athena-workers setup");
        if (daemons.Names is not [var first, ..])
            return End(ExitCode.Fault, Overview.NoneInstalled);
        folder = SettingsText.FolderOf(source(first));
        if (await WrongAsync(options, cancel).ConfigureAwait(false) is { } wrong) return End(ExitCode.Usage, wrong);
        if (!terminal.IsThere && !options.Yes && !options.IsDryRun)
            return End(ExitCode.Usage, "Nobody is there to be asked: say the settings with --set and --secret, and --yes.");

        var asked = SetupQuestions.All.Where(one => IsForThisHost(one) && !one.IsOfDecisions && one != SetupQuestions.Buttons).ToList();
        var asksAdministrators = IsAskedLater(SetupQuestions.Administrators);
        if (terminal.IsThere && asked.Count(one => one.Needs is null && Given(one) is null && !said.ContainsKey(one.Key)) >= Many)
            SayWhatComes();
        foreach (var question in asked.Where(one => !asksAdministrators || one != SetupQuestions.Administrators))
        {
            await AnswerWhatWorksAsync(question, cancel).ConfigureAwait(false);
            if (question.Key == SetupQuestions.PublicUrl && IsTyped(question)) SayWhereLinksLead();
        }

        await AskForButtonsAsync(cancel).ConfigureAwait(false);
        if (hasPage) await AskForDecisionsAsync(cancel).ConfigureAwait(false);
        if (answers.Count == 0 && !asksAdministrators) Say("Nothing is to be written: what a fresh host needs is set.");
        else if (answers.Count > 0 && !Write(options))
            return options.IsDryRun ? ExitCode.Ok : End(ExitCode.Fault, "Nothing was written. To begin again: sudo athena-workers setup");
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

    private bool IsAskedLater(SetupQuestion question) =>
        terminal.IsThere && IsForThisHost(question) && Given(question) is null && !said.ContainsKey(question.Key);

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

        await AnswerAsync(question, cancel).ConfigureAwait(false);
        if (answers.Find(answer => answer.Question == question) is { Value: { } value })
            WriteInto(Path.Combine(folder, question.Daemon!), [(question, value)]);
    }

    private async Task AskForDecisionsAsync(CancellationToken cancel)
    {
        var all = SetupQuestions.All.Where(one => one.IsOfDecisions && IsForThisHost(one)).ToList();
        if (all.Count == 0) return;
        isDecidedFromMails = all.Any(one => said.ContainsKey(one.Key) || Given(one) is not null)
            || terminal.Confirm(
                "Shall admins decide from their mails, too, by links? It needs a proxy before Grafana, and can be added later.");
        if (!isDecidedFromMails) return;
        foreach (var question in all) await AnswerAsync(question, cancel).ConfigureAwait(false);

        // The page goes by its own file alone, and refuses to believe oauth2-proxy at a port.
        if (Known(SetupQuestions.Identity) is not { } identity || identity == SetupQuestions.NoIdentity) return;
        AnswerForPage(SetupQuestions.Identity, identity);
        if (identity == "oauth2-proxy") AnswerForPage("DECISION_LISTEN", $"unix:{SetupLeft.PageSocket}");
    }

    private async Task AskForButtonsAsync(CancellationToken cancel)
    {
        var question = SetupQuestions.Buttons;
        if (!IsForThisHost(question) || Given(question) is not null) return;
        var hasChat = SetupQuestions.Chat.All(key => Known(key) is not null);
        if (!said.ContainsKey(question.Key)
            && !(hasChat && terminal.Confirm(
                "Shall admins decide in the chat, too, by buttons? It needs their Telegram ids, and can be added later."))) return;
        await AnswerAsync(question, cancel).ConfigureAwait(false);
        isDecidedInChat = Known(question.Key) is not null;
        foreach (var one in SetupQuestions.All.Where(one => isDecidedInChat && SetupQuestions.Chat.Contains(one.Key)))
        {
            var own = one with { Daemon = question.Daemon };
            if (Given(own) is null && Known(one.Key) is { } value) answers.Add((own, value));
        }
    }

    private void AnswerForPage(string key, string value)
    {
        var question = new SetupQuestion(key, "") { Daemon = PageUnits.Page };
        if (Given(question) is null) answers.Add((question, value));
    }

    /// <summary>What a setting is, or will be; null where nobody said, or said that there is none.</summary>
    private string? Known(string key) =>
        (answers.Find(answer => answer.Question.Key == key).Value ?? said.GetValueOrDefault(key)
            ?? Set(AutoDisable.Identity.Worker.Daemon, key)
            ?? (SetupQuestions.Chat.Contains(key) ? Set(ActiveUsers.Identity.Worker.Daemon, key) : null)) is { Length: > 0 } value
            ? value : null;

    private string? Set(string daemon, string key) =>
        source(daemon).Find(key, out _) is { Text.Length: > 0 } found ? found.Text : null;

    /// <summary>By which an answer is judged: whose mails have links is held against who gets mails.</summary>
    private Dictionary<string, string> Others() => SetupQuestions.All.Where(question => !question.IsSecret).Select(question => question.Key)
        .Select(key => (Key: key, Value: Known(key))).Where(one => one.Value is not null)
        .ToDictionary(one => one.Key, one => one.Value!);

    private bool IsForThisHost(SetupQuestion question) => question.Daemon is null || daemons.Names.Contains(question.Daemon);

    /// <summary>What was said on the command line and cannot be taken, before anything is done; null when all can.</summary>
    private async Task<string?> WrongAsync(SetupOptions options, CancellationToken cancel)
    {
        foreach (var (text, isSecret) in
            (IEnumerable<(string, bool)>)[.. options.Values.Select(text => (text, false)), .. options.Secrets.Select(text => (text, true))])
        {
            var option = isSecret ? "--secret" : "--set";
            if (text.IndexOf('=') is not (> 0 and var at)) return $"{option} {text}: must be KEY={(isSecret ? "FILE" : "VALUE")}";
            var (key, value) = (text[..at], text[(at + 1)..]);
            if (SetupQuestions.All.FirstOrDefault(question => question.Key == key) is not { } question)
                return $"{option} {key}: setup does not ask for it. It asks for "
                    + $"{string.Join(", ", SetupQuestions.All.Select(q => q.Key))}; the others are written by hand.";
            if (question.IsSecret && !isSecret) return $"--set {key}: whoever is on this machine can read it. Write --secret {key}=FILE";
            if (isSecret)
            {
                try
                {
                    value = SecretPrompt.FirstLine(value == "-"
                        ? await Console.In.ReadLineAsync(cancel).ConfigureAwait(false) ?? ""
                        : await File.ReadAllTextAsync(value, cancel).ConfigureAwait(false));
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    return $"--secret {key}: {e.Message}";
                }
            }

            if (value.Length == 0 && !question.MayBeEmpty) return $"{option} {key}: is empty";
            if (Given(question) is { } given) return $"{option} {key}: it is set in {given}, and stays. Change it there.";
            if (question.IsOfDecisions && !hasPage) return $"{option} {key}: needs the page of decisions: {InstallPage}";
            said[key] = value;
        }

        var others = Others();
        foreach (var (key, value) in said)
            if (SetupQuestions.Problem(key, value, others) is { } problem)
                return $"{(SetupQuestions.All.First(one => one.Key == key).IsSecret ? "--secret" : "--set")} {key}: {problem}";
        return null;
    }

    /// <summary>
    /// Where every daemon of this host that it is for has it already; null when one has not. Where nothing is an answer, too, an empty line
    /// has given it.
    /// </summary>
    private string? Given(SetupQuestion question)
    {
        string? origin = null;
        foreach (var daemon in question.Daemon is { } own ? [own] : daemons.Names)
        {
            if (source(daemon).Find(question.Key, out _) is not { } found) return null;
            if (string.IsNullOrWhiteSpace(found.Text) && !question.MayBeEmpty) return null;
            origin ??= found.Origin;
        }

        return origin;
    }

    private async Task AnswerAsync(SetupQuestion question, CancellationToken cancel)
    {
        if (Given(question) is not null) return;
        if (question.Needs is { } needed && Known(needed) is null) return;
        if (question.NeedsValue is { } wanted && Known(question.Needs!) != wanted) return;
        var value = said.GetValueOrDefault(question.Key);
        for (var left = Terminal.Tries; value is null && terminal.IsThere && left > 0; left--)
        {
            var prompt = question.Default is { } usual ? $"{question.Text} [{usual}]:" : $"{question.Text}:";
            var typed = question.IsSecret
                ? await askSecret(prompt, cancel).ConfigureAwait(false)
                : terminal.Ask(prompt) ?? question.Default ?? "";
            if (typed.Length == 0 && question.MayBeEmpty)
            {
                value = typed;
                break;
            }

            var problem = typed.Length == 0 ? "is needed" : SetupQuestions.Problem(question.Key, typed, Others());
            if (problem is null) value = typed;
            else Say($"  {question.Key} {problem}{(problem.EndsWith('?') ? "" : ".")}{(left > 1 ? "" : " " + LeftOut)}");
        }

        // In a script what is usual is taken; what is needed and was not said is named by check.
        if (value is null && !terminal.IsThere && !question.IsForEyes) value = question.Default;
        if (value is not null) answers.Add((question, value));
    }

    /// <summary>The same, tried where it is used: what does not work is asked for again.</summary>
    private async Task AnswerWhatWorksAsync(SetupQuestion question, CancellationToken cancel)
    {
        await AnswerAsync(question, cancel).ConfigureAwait(false);
        for (var left = Terminal.Tries; question.TriedWith is { } keys && IsTyped(question); left--)
        {
            var trial = tryAnswer(question.Key, Known, cancel);
            await ProgressLine.WhileAsync(Progress(), "trying it…", trial, time).ConfigureAwait(false);
            if (await trial.ConfigureAwait(false) is not { } found) return;
            Say($"  {VisibleText.Escape(found.Sentence)}");
            if (found.Standing is TrialStanding.Works or TrialStanding.NotAsked) return;
            if (found.Standing == TrialStanding.DoesNotWork && (left == 1 || !terminal.Confirm("Type it once more? No keeps it as it is.")))
            {
                Say($"  It is kept as it is, and not asked for again. To change it: {string.Join(", ", keys)} in "
                    + Path.Combine(folder, question.Daemon ?? WorkerIdentity.Platform));
                return;
            }

            var again = answers.Select(answer => answer.Question).Where(one => keys.Contains(one.Key) && IsTyped(one)).ToList();
            answers.RemoveAll(answer => again.Contains(answer.Question));
            if (left == 1) Say($"  {question.Key}: {LeftOut}");
            else foreach (var one in again) await AnswerAsync(one, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Whoever gets a mail reads it elsewhere.</summary>
    private void SayWhereLinksLead()
    {
        if (Known(SetupQuestions.PublicUrl) is null && Uri.TryCreate(Known("GRAFANA_URL"), UriKind.Absolute, out var url) && url.IsLoopback)
            Say($"  Then the links in mails lead to {url.GetLeftPart(UriPartial.Authority)}, which opens on this host alone. To change "
                + $"that: {SetupQuestions.PublicUrl} in {Path.Combine(folder, AutoDisable.Identity.Worker.Daemon)}");
    }

    private bool IsTyped(SetupQuestion question) =>
        terminal.IsThere && !said.ContainsKey(question.Key) && answers.Exists(answer => answer.Question == question);

    /// <summary>Null where nobody sees it.</summary>
    private ProgressLine? Progress() =>
        terminal.IsThere && !Console.IsOutputRedirected ? new ProgressLine(VisibleWriter.Unfiltered(output), time) : null;

    /// <summary>Shows what each file gets, asks, and writes it; false when nothing was written.</summary>
    private bool Write(SetupOptions options)
    {
        var files = answers.ToLookup(answer => Path.Combine(folder, answer.Question.Daemon ?? WorkerIdentity.Platform));
        foreach (var file in files)
        {
            Say($"{file.Key}:");
            foreach (var (question, value) in file)
                Say($"  + {question.Key}={(question.IsSecret ? "(secret)" : VisibleText.Escape(value))}");
        }

        if (options.IsDryRun || !(options.Yes || terminal.Confirm("Write this?"))) return false;
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
            || terminal.Confirm("Send test mails, but none to those who get the reports, and a test message to the chat?");
        var checks = new SetupChecks(daemons, output);
        var worst = ExitCode.Ok;
        List<string> off = [];
        foreach (var daemon in daemons.Names)
        {
            Say($"\n== {daemon}");
            var looking = checks.AskAsync(daemon, sendsTest && daemon != Compliance.Identity.Worker.Daemon, cancel);
            await ProgressLine.WhileAsync(Progress(), "looking at each thing that it needs…", looking, time).ConfigureAwait(false);
            var found = checks.Show(await looking.ConfigureAwait(false));
            cancel.ThrowIfCancellationRequested();
            if (found is not (ExitCode.Ok or ExitCode.Warnings))
            {
                Say($"Mend that first; each line says how. The settings stand in {folder}/{WorkerIdentity.Platform} and {folder}/{daemon}. "
                    + $"Then: sudo {daemon} activate");
                worst = found;
                off.Add(daemon);
            }
            else if (options.Activates || terminal.Confirm($"Put {daemon} in force now?"))
            {
                string[] activate = options.Activates ? ["activate", "--yes", "--in-setup"] : ["activate", "--in-setup"];
                var code = await daemons.RunHereAsync(daemon, activate, cancel).ConfigureAwait(false);
                cancel.ThrowIfCancellationRequested();
                if (code == ExitCode.Ok) continue;
                worst = code;
                off.Add(daemon);
            }
            else
            {
                Say($"To put it in force: sudo {daemon} activate");
            }
        }

        if (await account.LookAgainAsync(options, cancel).ConfigureAwait(false) is var seen && seen != ExitCode.Ok) worst = seen;
        if (off.Count > 0)
            Say($"\nNOT in force: {string.Join(", ", off)}. What to mend stands above; then once more: sudo athena-workers setup");
        SayWhatIsLeft();
        Say("\nHow they are: sudo athena-workers status");
        if (IsForThisHost(SetupQuestions.Buttons)) Say("Prove that a stranger is locked: sudo grafana-auto-disable drill --mail no");
        return worst;
    }

    /// <summary>What is somebody else's to do.</summary>
    private void SayWhatIsLeft()
    {
        if (!hasPage && terminal.IsThere && IsForThisHost(SetupQuestions.All.First(one => one.IsOfDecisions)))
            Say($"\nAdmins can decide from their mails: {InstallPage}");
        foreach (var line in SetupLeft.Lines(Known, isDecidedFromMails, isDecidedInChat)) Say(line);
    }

    private int End(int code, string sentence)
    {
        Say(sentence);
        return code;
    }

    private void Say(string line)
    {
        output.WriteLine(line);
        output.Flush();
    }
}
