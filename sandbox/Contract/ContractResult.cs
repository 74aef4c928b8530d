namespace Athena.Sandbox.Contract;

/// <summary>What came of one exchange.</summary>
/// <param name="Detail">the differences, or the reason why it was not replayed; empty when the answer was the same</param>
public sealed record ContractResult(RecordedExchange Exchange, ContractVerdict Verdict, string Detail)
{
    public override string ToString()
    {
        var word = Verdict switch { ContractVerdict.Same => "same     ", ContractVerdict.Different => "DIFFERENT", _ => "not asked" };
        var detail = Detail.Length > 0 ? "  - " + Detail : "";
        return $"{word} {Exchange.Recording}:{Exchange.Number,-3} {Exchange.Method,-6} {Exchange.Path} ({Exchange.Scene}){detail}";
    }
}
