namespace Athena.Sandbox.Grafana;

/// <summary>An organisation and who is in it with which role (Viewer, Editor, Admin, None).</summary>
public sealed class Organisation
{
    public required long Id { get; init; }
    public required string Name { get; set; }
    public Dictionary<long, string> Roles { get; } = [];
}
