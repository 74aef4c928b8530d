using System.Text;
using Athena.Common.Text;

namespace Athena.Common.Settings;

/// <summary>
/// Reads a file as systemd reads one named by <c>EnvironmentFile=</c> (systemd.exec(5)), which is not as a shell reads it: no
/// <c>export</c>, no <c>$X</c>, no comment behind a value. What a shell would have read otherwise is reported. Pure; never throws.
/// </summary>
public sealed class EnvironmentFile
{
    private readonly string text;
    private readonly List<EnvironmentFileEntry> entries = [];
    private readonly List<EnvironmentFileFinding> findings = [];
    private int at;
    private int line = 1;

    private EnvironmentFile(string text)
    {
        // systemd reads the content as a C string.
        var end = text.IndexOf('\0');
        this.text = end < 0 ? text : text[..end];
    }

    /// <summary>The assignments in their order; of two with the same key the later one holds.</summary>
    public IReadOnlyList<EnvironmentFileEntry> Entries => entries;

    /// <summary>Lines that a shell reads otherwise, or that systemd drops.</summary>
    public IReadOnlyList<EnvironmentFileFinding> Findings => findings;

    public static EnvironmentFile Parse(string text)
    {
        var file = new EnvironmentFile(text);
        while (file.SkipWhitespace())
        {
            if (file.Peek is '#' or ';')
                file.SkipComment();
            else
                file.ReadAssignment();
        }

        return file;
    }

    private bool AtEnd => at >= text.Length;

    private char Peek => text[at];

    private char Take()
    {
        var c = text[at++];
        if (c == '\n')
            line++;
        return c;
    }

    private bool SkipWhitespace()
    {
        while (!AtEnd && IsWhitespace(Peek))
            Take();
        return !AtEnd;
    }

    private void SkipComment()
    {
        var start = line;
        var last = '\0';
        while (!AtEnd && !IsLineEnd(Peek))
            last = Take();

        if (last == '\\' && !AtEnd)
        {
            findings.Add(new EnvironmentFileFinding(
                start, null, "The comment ends in a backslash: systemd before version 254 takes the next line as part of the comment.",
                "Take the backslash away."));
        }
    }

    private void ReadAssignment()
    {
        var start = line;
        var keyStart = at;

        // The first character belongs to the name whatever it is, even an equals sign.
        Take();
        while (!AtEnd && Peek != '=' && !IsLineEnd(Peek))
            Take();

        var written = text[keyStart..at];
        var key = written.TrimEnd(' ', '\t');
        if (AtEnd || Peek != '=')
        {
            findings.Add(new EnvironmentFileFinding(
                start, null, "No assignment: systemd drops this line.", "Write KEY=value, or begin the line with # if it is a comment."));
            return;
        }

        Take();
        var value = ReadValue(start, key, spacesBefore: key.Length < written.Length);
        if (IsName(key))
        {
            entries.Add(new EnvironmentFileEntry(key, value, start));
            return;
        }

        var bare = key.StartsWith("export", StringComparison.Ordinal) ? key["export".Length..].TrimStart(' ', '\t') : "";
        findings.Add(IsName(bare)
            ? new EnvironmentFileFinding(start, bare, $"systemd knows no \"export\": {bare} is not set.", $"Write {bare}=… without export.")
            : new EnvironmentFileFinding(
                start, null, $"\"{VisibleText.Escape(key)}\" is no name of a variable: systemd drops this line.",
                "Use letters, digits and underscores."));
    }

    /// <summary>Quoted and plain pieces up to the end of the line; white space round and between pieces is dropped.</summary>
    private string ReadValue(int start, string key, bool spacesBefore)
    {
        var value = new StringBuilder();
        var suspicion = new ShellSuspicion();
        if (spacesBefore || (!AtEnd && Peek is ' ' or '\t' && HasMoreOnLine()))
            findings.Add(new EnvironmentFileFinding(
                start, key, "There is a space next to the equals sign: systemd ignores it, a shell does not.", $"Write {key}=value."));

        while (!AtEnd)
        {
            var c = Take();
            if (IsLineEnd(c))
                break;
            if (c == '\'')
                ReadSingleQuoted(value, start, key);
            else if (c == '"')
                ReadDoubleQuoted(value, start, key, suspicion);
            else if (!IsWhitespace(c))
            {
                at--;
                ReadPlain(value, suspicion);
                break;
            }
        }

        suspicion.Report(findings, start, key);
        return value.ToString();
    }

    private bool HasMoreOnLine()
    {
        var i = at;
        while (i < text.Length && text[i] is ' ' or '\t')
            i++;
        return i < text.Length && !IsLineEnd(text[i]);
    }

    private void ReadSingleQuoted(StringBuilder value, int start, string key)
    {
        while (!AtEnd)
        {
            var c = Take();
            if (c == '\'')
                return;
            value.Append(c);
        }

        ReportOpenQuote(start, key, '\'');
    }

    private void ReadDoubleQuoted(StringBuilder value, int start, string key, ShellSuspicion suspicion)
    {
        while (!AtEnd)
        {
            var c = Take();
            if (c == '"')
                return;
            if (c != '\\')
            {
                suspicion.Look(c, AtEnd ? '\0' : Peek);
                value.Append(c);
                continue;
            }

            if (AtEnd)
                break;
            var escaped = Take();
            if (escaped is '"' or '\\' or '`' or '$')
                value.Append(escaped);
            else if (escaped != '\n')
                value.Append('\\').Append(escaped);
        }

        ReportOpenQuote(start, key, '"');
    }

    /// <summary>To the end of the line. Quotes in here are ordinary characters; a backslash takes the next one as it is.</summary>
    private void ReadPlain(StringBuilder value, ShellSuspicion suspicion)
    {
        var keep = value.Length;
        var afterSpace = value.Length > 0 && at > 0 && IsWhitespace(text[at - 1]);
        while (!AtEnd)
        {
            var c = Take();
            if (IsLineEnd(c))
                break;

            if (c == '\\')
            {
                // An escaped line end joins two lines; any other escaped character counts as meant, a space included.
                if (!AtEnd)
                {
                    var escaped = Take();
                    if (!IsLineEnd(escaped))
                        value.Append(escaped);
                }

                keep = value.Length;
                afterSpace = false;
                continue;
            }

            if (c == '#' && afterSpace)
                suspicion.TrailingComment = true;
            suspicion.Look(c, AtEnd ? '\0' : Peek);
            suspicion.QuoteInside |= c is '"' or '\'' && !suspicion.TrailingComment;
            afterSpace = IsWhitespace(c);
            value.Append(c);
            if (!afterSpace)
                keep = value.Length;
        }

        value.Length = keep;
    }

    private void ReportOpenQuote(int start, string key, char quote) =>
        findings.Add(new EnvironmentFileFinding(
            start, key, $"The quote {quote} is never closed: systemd takes the rest of the file as the value of {key}.",
            $"Close the quote, or put a backslash before {quote} if it belongs to the value."));

    private static bool IsName(string key) =>
        key.Length > 0 && !char.IsAsciiDigit(key[0]) && key.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private static bool IsWhitespace(char c) => c is ' ' or '\t' or '\n' or '\r';

    private static bool IsLineEnd(char c) => c is '\n' or '\r';

    /// <summary>Signs that the author had a shell in mind.</summary>
    private sealed class ShellSuspicion
    {
        private bool expansion;

        public bool TrailingComment { get; set; }

        public bool QuoteInside { get; set; }

        public void Look(char c, char next) =>
            expansion |= c == '`' || (c == '$' && (next is '{' or '(' or '_' || char.IsAsciiLetterOrDigit(next)));

        public void Report(List<EnvironmentFileFinding> findings, int line, string key)
        {
            if (expansion)
            {
                findings.Add(new EnvironmentFileFinding(
                    line, key, "$… or `…` in the value: a shell would replace it, systemd takes it as it is written.",
                    $"Write the value itself; if the character belongs to it, put the value in single quotes: {key}='…'."));
            }

            if (TrailingComment)
            {
                findings.Add(new EnvironmentFileFinding(
                    line, key, "A comment behind the value: systemd takes it as part of the value.",
                    "Put the comment on a line of its own."));
            }

            if (QuoteInside)
            {
                findings.Add(new EnvironmentFileFinding(
                    line, key, "A quote within an unquoted value: systemd takes it as part of the value, a shell would not.",
                    "Quote the whole value."));
            }
        }
    }
}

/// <summary>One assignment of an environment file.</summary>
/// <param name="Key">The variable's name.</param>
/// <param name="Value">With quotes and escapes resolved as systemd does.</param>
/// <param name="Line">The line on which it begins, counted from 1.</param>
public sealed record EnvironmentFileEntry(string Key, string Value, int Line);

/// <summary>A line of an environment file that systemd reads otherwise than its author meant.</summary>
/// <param name="Line">Counted from 1.</param>
/// <param name="Key">The key concerned; null when the line holds none.</param>
/// <param name="What">What systemd makes of it.</param>
/// <param name="Remedy">What to write instead.</param>
public sealed record EnvironmentFileFinding(int Line, string? Key, string What, string Remedy);
