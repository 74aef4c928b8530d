using System.Text;
using System.Text.RegularExpressions;

namespace Athena.Common.Grafana.Api;

/// <summary>
/// A request that our programs may make of Grafana. There are no others: only this class makes one, each is a row of its table, and the
/// client sends nothing but these.
/// </summary>
public sealed partial class Route
{
    /// <summary>The method and the path up to the query, as they stand in Grafana's log; what has a hole is cut there.</summary>
    private readonly byte[] method;
    private readonly byte[][] pieces;

    private Route(HttpMethod method, string template, string purpose, bool isAnonymous, bool isOurs, RouteAnswer[] answers)
    {
        Method = method;
        Template = template;
        Purpose = purpose;
        IsAnonymous = isAnonymous;
        IsOurs = isOurs;
        Answers = answers;
        this.method = Encoding.ASCII.GetBytes(method.Method);
        pieces = [.. Hole().Split(Path).Select(Encoding.ASCII.GetBytes)];
    }

    public HttpMethod Method { get; }

    /// <summary>From the first slash on, with its query; <c>{id}</c> and the like are holes, each one segment or one value.</summary>
    public string Template { get; }

    /// <summary>The template without its query.</summary>
    public string Path => Template.Split('?')[0];

    /// <summary>The path up to the first hole, as Grafana's log shows it.</summary>
    public ReadOnlySpan<byte> Beginning => pieces[0];

    /// <summary>What it is for, as it stands in a sentence: "Grafana could not <c>list the users</c>".</summary>
    public string Purpose { get; }

    /// <summary>Asked without a credential, so that Grafana's log shows it under nobody's id.</summary>
    public bool IsAnonymous { get; }

    /// <summary>Asked under the daemons' own account, by a daemon or a command.</summary>
    public bool IsOurs { get; }

    /// <summary>
    /// The good answer first, then each refusal that the code handles. The contract has an exchange for every one of them.
    /// </summary>
    public IReadOnlyList<RouteAnswer> Answers { get; }

    /// <summary>Whether Grafana says by this status what was asked for, though it be one of a refusal.</summary>
    public bool IsDoneBy(int status) => Answers.Any(answer => answer.Status == status && answer.Meaning == GrafanaOutcome.Done);

    public override string ToString() => $"{Method} {Template}";

    /// <param name="path">Decoded, without the query; hostile text.</param>
    public bool Fits(ReadOnlySpan<byte> method, ReadOnlySpan<byte> path)
    {
        if (!method.SequenceEqual(this.method) || !path.StartsWith(pieces[0]))
            return false;
        path = path[pieces[0].Length..];
        for (int hole = 1; hole < pieces.Length; hole++)
        {
            int end = path.IndexOf((byte)'/');
            int length = end < 0 ? path.Length : end;
            if (length == 0 || IsWord(path[..length]) || !path[length..].StartsWith(pieces[hole]))
                return false;
            path = path[(length + pieces[hole].Length)..];
        }

        return path.IsEmpty;
    }

    // Where an id may stand Grafana has other routes of these names: a browser's search for users is not our look at one.
    private static bool IsWord(ReadOnlySpan<byte> segment) => segment.SequenceEqual("search"u8) || segment.SequenceEqual("lookup"u8);

    /// <param name="values">One for each hole, encoded.</param>
    /// <returns>Relative to the base address.</returns>
    internal string Fill(params ReadOnlySpan<string> values)
    {
        if (values.Length != Hole().Count(Template))
            throw new ArgumentException($"{this} is not filled by {values.Length} values.", nameof(values));
        int next = 0;
        var path = new StringBuilder(Template.Length + 20);
        int from = 1;
        foreach (var hole in Hole().EnumerateMatches(Template))
        {
            path.Append(Template, from, hole.Index - from).Append(values[next++]);
            from = hole.Index + hole.Length;
        }

        return path.Append(Template, from, Template.Length - from).ToString();
    }

    [GeneratedRegex(@"\{[A-Za-z]+\}")]
    private static partial Regex Hole();
}

/// <summary>An answer of Grafana's that our programs understand.</summary>
/// <param name="Says">The message or the message id in its body, or the begin of the message; empty for a value, and where only the status
/// counts.</param>
/// <param name="Meaning">What the client makes of it.</param>
public sealed record RouteAnswer(int Status, string Says, GrafanaOutcome Meaning);
