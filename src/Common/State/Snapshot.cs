namespace Athena.Common.State;

/// <summary>A whole state file, as its head describes it.</summary>
/// <param name="Name">Says which snapshot it is; its changes name it. Of a version that had no names: its hash.</param>
/// <param name="Format">The format of the state in it.</param>
/// <param name="Length">Of the file, in bytes.</param>
internal sealed record Snapshot(string Name, int Format, long Length);
