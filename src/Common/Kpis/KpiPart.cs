using System.Text.Json;
using System.Text.Json.Serialization;
using Athena.Common.Text;

namespace Athena.Common.Kpis;

/// <summary>What one daemon knows of a span.</summary>
/// <param name="Version">Of this form, 1.</param>
/// <param name="Daemon">The name of the unit.</param>
/// <param name="From">Begin of the span.</param>
/// <param name="To">Its end, not included; now, where the span is not over.</param>
/// <param name="MadeAt">When it was put together.</param>
/// <param name="Kpis">In no order.</param>
public sealed record KpiPart(
    int Version, string Daemon, DateTimeOffset From, DateTimeOffset To, DateTimeOffset MadeAt, IReadOnlyList<Kpi> Kpis)
{
    /// <summary>In the folder of a daemon's metrics: its part of the last month that is over.</summary>
    public const string FileName = "kpi.json";

    public string ToJson() => JsonSerializer.Serialize(this, KpiJson.Default.KpiPart);

    /// <summary>What another program wrote, made visible; null where it is none.</summary>
    public static KpiPart? Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, KpiJson.Default.KpiPart) is { Version: 1, Daemon: not null, Kpis: not null } part
                ? part with { Kpis = [.. part.Kpis.Select(Visible)] }
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Kpi Visible(Kpi kpi) => kpi with
    {
        How = VisibleText.Escape(kpi.How),
        Parts = [.. kpi.Parts.Select(row => new KpiPartRow(VisibleText.Escape(row.Name), VisibleText.Escape(row.Value)))],
    };
}

[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(KpiPart))]
internal sealed partial class KpiJson : JsonSerializerContext;
