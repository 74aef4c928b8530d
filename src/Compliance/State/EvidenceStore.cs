using System.Text.Json;
using Athena.Common.Files;
using Athena.Compliance.Evidence;

namespace Athena.Compliance.State;

/// <summary>Where decisions are kept with their evidence, for those who ask later.</summary>
internal interface IEvidenceStore
{
    /// <summary>Keeps it under its id; keeping the same again changes nothing. False when the disk refuses.</summary>
    bool TryKeep(WindowEvidence evidence, out string? problem);
}

/// <summary>One file for each window, 0600, with names in it: kept for <c>AUDIT_KEEP</c>.</summary>
/// <param name="directory">Made when absent.</param>
internal sealed class EvidenceStore(string directory) : IEvidenceStore
{
    public const string FolderName = "evidence";

    private const string Extension = ".json";

    public bool TryKeep(WindowEvidence evidence, out string? problem)
    {
        problem = null;
        try
        {
            if (!Directory.Exists(directory))
                Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            PrivateFile.Replace(
                PathOf(evidence.Id), file => JsonSerializer.Serialize(file, evidence, ComplianceJson.Default.WindowEvidence));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = $"The evidence of {evidence.Id} could not be kept in {directory}: {e.Message} What was decided is in the audit.";
            return false;
        }
    }

    /// <summary>Null when there is none, or it is damaged.</summary>
    public WindowEvidence? Find(string id)
    {
        // The id comes from a command line; only the form that ids have becomes the name of a file.
        if (WindowEvidence.EndOf(id) is null || !File.Exists(PathOf(id)))
            return null;
        try
        {
            using var file = File.OpenRead(PathOf(id));
            return JsonSerializer.Deserialize(file, ComplianceJson.Default.WindowEvidence);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Deletes what ended before that time. Files that the disk will not let go are met again the next time.</summary>
    public void Trim(DateTimeOffset before)
    {
        if (!Directory.Exists(directory))
            return;
        foreach (var path in Directory.EnumerateFiles(directory, "*" + Extension))
        {
            if (WindowEvidence.EndOf(Path.GetFileNameWithoutExtension(path)) is not { } end || end >= before)
                continue;
            try
            {
                File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return;
            }
        }
    }

    private string PathOf(string id) => Path.Combine(directory, id + Extension);
}
