using System.Text.Json.Serialization;

namespace Athena.Common.Tests.State;

/// <summary>Some state to be kept.</summary>
internal sealed record HourProcessor(int Version, IReadOnlyList<string> Accounts);

[JsonSerializable(typeof(HourProcessor))]
internal sealed partial class LedgerJson : JsonSerializerContext;
