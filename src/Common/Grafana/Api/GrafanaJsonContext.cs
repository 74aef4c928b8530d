using System.Text.Json.Serialization;
using Athena.Common.Grafana.Api.SignIn;

namespace Athena.Common.Grafana.Api;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StoredSignIn))]
internal sealed partial class GrafanaJsonContext : JsonSerializerContext;
