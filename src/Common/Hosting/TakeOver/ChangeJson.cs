using System.Text.Json.Serialization;

namespace Athena.Common.Hosting.TakeOver;

/// <summary>How it lies on the disk.</summary>
[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(ChangeRecord))]
internal sealed partial class ChangeJson : JsonSerializerContext;
