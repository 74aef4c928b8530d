using System.Net.Http.Headers;
using Athena.Common.Daemon.Decisions;
using Athena.Decisions.Pages;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Athena.Decisions.Web;

/// <summary>What came with a POST.</summary>
/// <param name="Form">The page's one-time value.</param>
/// <param name="Pin">As it was typed, without the spaces round it; empty when nothing was.</param>
/// <param name="IsSure">Whether the box was ticked that says so, and not also the one that nobody sees.</param>
/// <param name="Typed">The rest.</param>
internal sealed record SentForm(string Form, string Pin, bool IsSure, DecisionInput Typed)
{
    private const string Kind = "application/x-www-form-urlencoded";

    /// <summary>Fields, and bytes of each, are bounded beside the body itself (<see cref="DecisionServer"/>).</summary>
    private static readonly FormOptions Bounds = new() { ValueCountLimit = 16, KeyLengthLimit = 64, ValueLengthLimit = 8 * 1024 };

    /// <summary>Null when it is no form, or says one thing twice.</summary>
    /// <exception cref="BadHttpRequestException">It is too long, or came too slowly.</exception>
    public static async Task<SentForm?> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !Kind.Equals(type.MediaType, StringComparison.OrdinalIgnoreCase)) return null;
        IFormCollection fields;
        try
        {
            request.HttpContext.Features.Set<IFormFeature>(new FormFeature(request, Bounds));
            fields = await request.ReadFormAsync(cancel).ConfigureAwait(false);
        }
        catch (InvalidDataException)
        {
            return null;
        }

        if (fields.Any(field => field.Value.Count != 1)) return null;
        return new SentForm(
            fields[DecisionDesk.Form].ToString(), fields[DecisionDesk.Pin].ToString().Trim(),
            fields[DecisionForm.Sure] == DecisionForm.Yes && !fields.ContainsKey(DecisionForm.Program),
            new DecisionInput(
                OneLine(fields[DecisionDesk.Reason].ToString()), fields[DecisionDesk.Tell] == DecisionForm.Yes,
                fields[DecisionDesk.Until].ToString().Trim()));
    }

    /// <summary>As the daemon is told of it, beside the proxy's word; what was left empty is not there.</summary>
    public IReadOnlyDictionary<string, string> With(IReadOnlyDictionary<string, string> proof)
    {
        var given = new Dictionary<string, string>(proof);
        foreach (var (name, value) in ((string Name, string Value)[])[
            (DecisionDesk.Form, Form), (DecisionDesk.Pin, Pin), (DecisionDesk.Reason, Typed.Reason),
            (DecisionDesk.Tell, Typed.Tells ? DecisionForm.Yes : ""), (DecisionDesk.Until, Typed.Until)])
            if (value.Length > 0) given[name] = value;
        return given;
    }

    /// <summary>A field of several lines is for the eye of whoever writes; what is said is one line.</summary>
    private static string OneLine(string text) =>
        string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}
