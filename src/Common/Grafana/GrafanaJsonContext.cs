using System.Text.Json.Serialization;

namespace Athena.Common.Grafana;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StoredSignIn))]
internal sealed partial class GrafanaJsonContext : JsonSerializerContext;
