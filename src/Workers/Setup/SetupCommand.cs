using Athena.Common.Daemon.CommandLine;
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
/// <param name="output">Where it says what it does.</param>
internal sealed class SetupCommand(
    IDaemons daemons, Terminal terminal, Func<string, CancellationToken, Task<string>> askSecret, Func<string, SettingsSource> source,
    bool isRoot, TextWriter output)
{
    /// <summary>How often a wrong answer is asked again.</summary>
    private const int Tries = 3;

    private readonly Dictionary<string, string> said = new(StringComparer.Ordinal);
    private readonly List<(SetupQuestion Question, string Value)> answers = [];
    private string folder = SettingsPlace.Folder;

    /// <returns>
    /// The worst of what was done; <see cref="ExitCode.Usage"/> before anything was, where something is missing or wrong.
    /// </returns>
    public async Task<int> RunAsync(SetupOptions options, CancellationToken cancel)
    {
        if (!isRoot) return End(ExitCode.NotPermitted, "Only root may write the settings: sudo athena-workers setup");
        if (daemons.Names is not [var first, ..])
            return End(ExitCode.Fault, Overview.NoneInstalled);
        folder = SettingsText.FolderOf(source(first));
        if (await WrongAsync(options, cancel).ConfigureAwait(false) is { } wrong) return End(ExitCode.Usage, wrong);
        if (!terminal.IsThere && !options.Yes && !options.IsDryRun)
            return End(ExitCode.Usage, "Nobody is there to be asked: say the settings with --set and --secret, and --yes.");

        foreach (var question in SetupQuestions.All.Where(IsForThisHost)) await AnswerAsync(question, cancel).ConfigureAwait(false);
        if (answers.Count == 0) Say("Nothing is to be written: what a fresh host needs is set.");
        else if (!Write(options)) return options.IsDryRun ? ExitCode.Ok : End(ExitCode.Fault, "Nothing was written.");
        if (options.IsDryRun) return ExitCode.Ok;

        if (!HasAccount(first) && await MakeAccountAsync(first, options, cancel).ConfigureAwait(false) is var code && code != ExitCode.Ok)
            return End(code, "Without an account nothing can be tested. When that is mended: sudo athena-workers setup");
        return await TestAsync(options, cancel).ConfigureAwait(false);
    }

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

            if ((value.Length == 0 ? "is empty" : SetupQuestions.Problem(key, value)) is { } problem) return $"{option} {key}: {problem}";
            if (Given(question) is { } given) return $"{option} {key}: it is set in {given}, and stays. Change it there.";
            said[key] = value;
        }

        return null;
    }

    /// <summary>Where every daemon of this host that it is for has it already; null when one has not.</summary>
    private string? Given(SetupQuestion question)
    {
        string? origin = null;
        foreach (var daemon in question.Daemon is { } own ? [own] : daemons.Names)
        {
            if (source(daemon).Find(question.Key, out _) is not { } found || string.IsNullOrWhiteSpace(found.Text)) return null;
            origin ??= found.Origin;
        }

        return origin;
    }

    private async Task AnswerAsync(SetupQuestion question, CancellationToken cancel)
    {
        if (Given(question) is not null) return;
        if (question.Needs is { } needed && SetupQuestions.All.First(other => other.Key == needed) is var other
            && Given(other) is null && !answers.Exists(answer => answer.Question == other))
            return;
        var value = said.GetValueOrDefault(question.Key);
        for (var left = Tries; value is null && terminal.IsThere && left > 0; left--)
        {
            var prompt = question.Default is { } usual ? $"{question.Text} [{usual}]:" : $"{question.Text}:";
            var typed = question.IsSecret
                ? await askSecret(prompt, cancel).ConfigureAwait(false)
                : terminal.Ask(prompt) ?? question.Default ?? "";
            if (typed.Length == 0 && question.MayBeEmpty) return;
            var problem = typed.Length == 0 ? "is needed" : SetupQuestions.Problem(question.Key, typed);
            if (problem is null) value = typed;
            else Say($"  {question.Key} {problem}{(left > 1 ? "." : ". It is left out: write it by hand.")}");
        }

        // In a script what is usual is taken; what is needed and was not said is named by check.
        if (value is null && !terminal.IsThere) value = question.Default;
        if (value is not null) answers.Add((question, value));
    }

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
        foreach (var file in files)
        {
            var text = new SettingsText(file.Key);
            text.Replace(text.With(
                [.. file.Select(answer => KeyValuePair.Create(answer.Question.Key, answer.Value))], "By athena-workers setup"));
        }

        Say("Written; root alone may read it.");
        return true;
    }

    private bool HasAccount(string daemon) =>
        ((string[])["GRAFANA_USER", "GRAFANA_TOKEN"]).Any(key => source(daemon).Find(key, out _) is { } found && found.Text.Length > 0);

    private async Task<int> MakeAccountAsync(string daemon, SetupOptions options, CancellationToken cancel)
    {
        Say("The daemons need an account of their own in Grafana, which a server admin makes:");
        if (!terminal.IsThere && (options.Admin is null || options.AdminPasswordFile is null))
            return End(ExitCode.Usage, "Say who: --admin LOGIN --admin-password-file FILE");
        List<string> arguments = ["account", "create"];
        if (options.Admin is { } admin) arguments.AddRange(["--user", admin]);
        if (options.AdminPasswordFile is { } file) arguments.AddRange(["--password-file", file]);
        return await daemons.RunHereAsync(daemon, arguments, cancel).ConfigureAwait(false);
    }

    private async Task<int> TestAsync(SetupOptions options, CancellationToken cancel)
    {
        var sendsTest = options.SendsTest || terminal.Confirm("Send a test mail to MAIL_TO and a test message to the chat?");
        var worst = ExitCode.Ok;
        foreach (var daemon in daemons.Names)
        {
            Say($"\n== {daemon}");
            string[] check = sendsTest && daemon != Compliance.Identity.Worker.Daemon ? ["check", "--send-test"] : ["check"];
            var found = await daemons.RunHereAsync(daemon, check, cancel).ConfigureAwait(false);
            if (found is not (ExitCode.Ok or ExitCode.Warnings))
            {
                Say($"Mend that first; each line says how. Then: sudo {daemon} activate");
                worst = found;
            }
            else if (options.Activates || terminal.Confirm($"Put {daemon} in force now?"))
            {
                var code = await daemons.RunHereAsync(daemon, options.Activates ? ["activate", "--yes"] : ["activate"], cancel)
                    .ConfigureAwait(false);
                if (code != ExitCode.Ok) worst = code;
            }
            else
            {
                Say($"To put it in force: sudo {daemon} activate");
            }
        }

        Say("\nHow they are: sudo athena-workers status");
        return worst;
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
