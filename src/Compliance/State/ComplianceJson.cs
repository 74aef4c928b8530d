using System.Text.Json.Serialization;
using Athena.Compliance.Evidence;

namespace Athena.Compliance.State;

[JsonSourceGenerationOptions(
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ComplianceState))]
[JsonSerializable(typeof(WindowEvidence))]
internal sealed partial class ComplianceJson : JsonSerializerContext;
