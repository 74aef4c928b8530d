using System.Text.Json.Serialization;

namespace Athena.Common.Hosting.TakeOver;

/// <summary>How it lies on the disk.</summary>
[JsonSerializable(typeof(SettingsNote))]
internal sealed partial class SettingsNoteJson : JsonSerializerContext;
