using Athena.Common.Daemon.CommandLine;
using Athena.Common.Settings;
using Athena.Common.Text;

namespace Athena.Workers.Setup;

/// <summary>
/// What is known of each setting: what the files of this host say, what was said on the command line, and what somebody typed and saw
/// tried.
/// </summary>
/// <param name="daemons">Those that are installed.</param>
/// <param name="screen">Whoever is asked.</param>
/// <param name="source">The settings as a daemon finds them.</param>
/// <param name="hasPage">Whether the page of decisions is installed.</param>
/// <param name="tryAnswer">Tries what was answered, by its key and what is known of the others; null where there is nothing to try.</param>
internal sealed class SetupAnswers(
    IDaemons daemons, SetupScreen screen, Func<string, SettingsSource> source, bool hasPage,
    Func<string, Func<string, string?>, CancellationToken, Task<SetupTrial?>> tryAnswer)
{
    public const string InstallPage = "sudo apt install athena-workers-decisions; then once more: sudo athena-workers setup";

    private const string LeftOut = "It is left out: setup asks for it the next time.";

    /// <summary>Typed where a former answer stands in brackets and nothing is wanted in its place.</summary>
    private const string Nothing = "-";

    private readonly Dictionary<string, string> said = new(StringComparer.Ordinal);
    private readonly List<(SetupQuestion Question, string Value)> given = [];
    private readonly Dictionary<string, string> before = new(StringComparer.Ordinal);
    private readonly HashSet<string> hinted = [];
    private readonly Dictionary<string, SetupTrial?> tried = new(StringComparer.Ordinal);

    /// <summary>Where the settings of this host stand.</summary>
    public string Folder { get; } = daemons.Names is [var first, ..] ? SettingsText.FolderOf(source(first)) : SettingsPlace.Folder;

    /// <summary>How many are to be written.</summary>
    public int Count => given.Count;

    /// <summary>By the file that each is for.</summary>
    public ILookup<string, (SetupQuestion Question, string Value)> ByFile =>
        given.ToLookup(answer => FileOf(answer.Question), answer => answer);

    public string FileOf(SetupQuestion question) => Path.Combine(Folder, question.Daemon ?? WorkerIdentity.Platform);

    /// <summary>What is to be written of a question; null where it was not answered.</summary>
    public string? Of(SetupQuestion question) => given.Find(answer => answer.Question == question).Value;

    /// <summary>One that nobody was asked for: it follows from another.</summary>
    public void Add(SetupQuestion question, string value)
    {
        if (Given(question) is null) given.Add((question, value));
    }

    /// <summary>All questions come once more, each with its answer of this time.</summary>
    public void BeginAgain() => Forget(given.Select(answer => answer.Question), isKept: true);

    public bool IsSaid(SetupQuestion question) => said.ContainsKey(question.Key);

    public bool IsForThisHost(SetupQuestion question) => question.Daemon is null || daemons.Names.Contains(question.Daemon);

    public bool IsTyped(SetupQuestion question) => screen.IsThere && !IsSaid(question) && Of(question) is not null;

    /// <summary>Neither set nor said, so that a person would be asked.</summary>
    public bool IsOpen(SetupQuestion question) => Given(question) is null && !IsSaid(question);

    /// <summary>
    /// Where every daemon of this host that it is for has it already; null when one has not. Where nothing is an answer, too, an empty line
    /// has given it.
    /// </summary>
    public string? Given(SetupQuestion question)
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

    /// <summary>What a setting is, or will be; null where nobody said, or said that there is none.</summary>
    public string? Known(string key) =>
        (given.Find(answer => answer.Question.Key == key).Value ?? said.GetValueOrDefault(key)
            ?? Set(AutoDisable.Identity.Worker.Daemon, key)
            ?? (SetupQuestions.Chat.Contains(key) ? Set(ActiveUsers.Identity.Worker.Daemon, key) : null)) is { Length: > 0 } value
            ? value : null;

    /// <summary>Takes what was said on the command line.</summary>
    /// <returns>What of it cannot be taken, before anything is done; null when all can.</returns>
    public async Task<string?> TakeAsync(SetupOptions options, CancellationToken cancel)
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
            if (Given(question) is { } origin) return $"{option} {key}: it is set in {origin}, and stays. Change it there.";
            if (question.IsOfDecisions && !hasPage) return $"{option} {key}: needs the page of decisions: {InstallPage}";
            said[key] = value;
        }

        var others = Others();
        foreach (var (key, value) in said)
            if (SetupQuestions.Problem(key, value, others) is { } problem)
                return $"{(SetupQuestions.All.First(one => one.Key == key).IsSecret ? "--secret" : "--set")} {key}: {problem}";
        return null;
    }

    public async Task AskAsync(SetupQuestion question, CancellationToken cancel)
    {
        if (Given(question) is not null) return;
        if (question.Needs is { } needed && Known(needed) is null) return;
        if (question.NeedsValue is { } wanted && Known(question.Needs!) != wanted) return;
        var value = said.GetValueOrDefault(question.Key);
        if (value is null && screen.IsThere && !await IsWorthAskingAsync(question, cancel).ConfigureAwait(false)) return;
        if (value is null && screen.IsThere && question.Hint is { } hint && hinted.Add(hint)) screen.Say($"  {hint}");
        for (var left = Terminal.Tries; value is null && screen.IsThere && left > 0; left--)
        {
            var typed = await TypedAsync(question, cancel).ConfigureAwait(false);
            if (typed.Length == 0 && question.MayBeEmpty)
            {
                value = typed;
                break;
            }

            var problem = typed.Length == 0 ? "is needed" : SetupQuestions.Problem(question.Key, typed, Others());
            if (problem is null) value = typed;
            else screen.Say($"  {question.Key} {problem}{(problem.EndsWith('?') ? "" : ".")}{(left > 1 ? "" : " " + LeftOut)}");
        }

        // In a script what is usual is taken; what is needed and was not said is named by check.
        if (value is null && !screen.IsThere && !question.IsForEyes) value = question.Default;
        if (value is not null) given.Add((question, value));
    }

    /// <summary>The same, tried where it is used: what does not work is asked for again.</summary>
    public async Task AskWhatWorksAsync(SetupQuestion question, CancellationToken cancel)
    {
        await AskAsync(question, cancel).ConfigureAwait(false);
        for (var left = Terminal.Tries; question.TriedWith is { } keys && IsTyped(question); left--)
        {
            if (await TryAsync(question.Key, cancel).ConfigureAwait(false) is not { } found) return;
            screen.Say($"  {VisibleText.Escape(found.Sentence)}");
            if (found.Standing is TrialStanding.Works or TrialStanding.NotAsked) return;
            if (found.Standing == TrialStanding.DoesNotWork && (left == 1 || !screen.Confirm("Type it once more? No keeps it as it is.")))
            {
                screen.Say($"  It is kept as it is, and not asked for again. {HowToChange(question)}");
                return;
            }

            var again = given.Select(answer => answer.Question).Where(one => keys.Contains(one.Key) && IsTyped(one)).ToList();
            Forget(again, isKept: found.Standing == TrialStanding.DoesNotWork);
            if (left == 1) screen.Say($"  {question.Key}: {LeftOut}");
            else foreach (var one in again) await AskAsync(one, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>What was typed, what was typed before where nothing is, or what is usual; empty where there is neither.</summary>
    private async Task<string> TypedAsync(SetupQuestion question, CancellationToken cancel)
    {
        var usual = before.GetValueOrDefault(question.Key) is { Length: > 0 } former ? former : question.Default;
        var inBrackets = usual is null ? ""
            : question.IsSecret ? " [as typed before]"
            : question.MayBeEmpty ? $" [{usual}; {Nothing} for nothing]"
            : $" [{usual}]";
        var prompt = $"{question.Text}{inBrackets}:";
        var typed = question.IsSecret
            ? await screen.AskSecretAsync(prompt, cancel).ConfigureAwait(false)
            : screen.Ask(prompt) ?? "";
        return typed.Length == 0 ? usual ?? "" : typed == Nothing && question.MayBeEmpty ? "" : typed;
    }

    /// <summary>Whether the mail server would take the login; what is known of that is said, and nobody types one for nothing.</summary>
    private async Task<bool> IsWorthAskingAsync(SetupQuestion question, CancellationToken cancel)
    {
        if (question.After is not { } server) return true;
        if (!tried.TryGetValue(server.Key, out var found)) found = await TryAsync(server.Key, cancel).ConfigureAwait(false);
        if (found is null) return true;
        if (found is { Standing: TrialStanding.Works, OffersLogin: false })
        {
            screen.Say("  It offers no login, and none is asked for.");
            given.Add((question, ""));
            return false;
        }

        if (found.Standing == TrialStanding.Works) return true;
        if (!IsTyped(server)) screen.Say($"  {VisibleText.Escape(found.Sentence)}. {HowToChange(server)}");
        if (screen.Confirm("A login cannot be tried before that works. Type one all the same?")) return true;
        screen.Say($"  {question.Key}: {LeftOut}");
        return false;
    }

    private async Task<SetupTrial?> TryAsync(string key, CancellationToken cancel)
    {
        var trial = tryAnswer(key, Known, cancel);
        await screen.WhileAsync("trying it…", trial).ConfigureAwait(false);
        return tried[key] = await trial.ConfigureAwait(false);
    }

    /// <param name="questions">What is no longer answered.</param>
    /// <param name="isKept">The answers are proposed where they are asked for again.</param>
    private void Forget(IEnumerable<SetupQuestion> questions, bool isKept)
    {
        tried.Clear();
        foreach (var question in questions.ToList())
        {
            if (isKept && Of(question) is { } value) before[question.Key] = value;
            given.RemoveAll(answer => answer.Question == question);
        }
    }

    private string HowToChange(SetupQuestion question) =>
        $"To change it: {string.Join(", ", question.TriedWith!)} in {FileOf(question)}";

    private string? Set(string daemon, string key) =>
        source(daemon).Find(key, out _) is { Text.Length: > 0 } found ? found.Text : null;

    /// <summary>By which an answer is judged: whose mails have links is held against who gets mails.</summary>
    private Dictionary<string, string> Others() => SetupQuestions.All.Where(question => !question.IsSecret).Select(question => question.Key)
        .Select(key => (Key: key, Value: Known(key))).Where(one => one.Value is not null)
        .ToDictionary(one => one.Key, one => one.Value!);
}

/// <summary>Whoever sees what is said and is asked.</summary>
/// <param name="terminal">Nobody in a script.</param>
/// <param name="askSecret">Asks without echo; empty where nothing was typed.</param>
/// <param name="time">Of what takes long.</param>
/// <param name="output">What they see.</param>
internal sealed class SetupScreen(
    Terminal terminal, Func<string, CancellationToken, Task<string>> askSecret, TimeProvider time, TextWriter output)
{
    public bool IsThere => terminal.IsThere;

    public void Say(string line)
    {
        output.WriteLine(line);
        output.Flush();
    }

    /// <inheritdoc cref="Terminal.Ask"/>
    public string? Ask(string question) => terminal.Ask(question);

    public Task<string> AskSecretAsync(string question, CancellationToken cancel) => askSecret(question, cancel);

    /// <inheritdoc cref="Terminal.Confirm"/>
    public bool Confirm(string question) => terminal.Confirm(question);

    /// <summary>Shows what goes on until it has ended, where somebody looks.</summary>
    public Task WhileAsync(string what, Task work) => ProgressLine.WhileAsync(
        IsThere && !Console.IsOutputRedirected ? new ProgressLine(VisibleWriter.Unfiltered(output), time) : null, what, work, time);
}
