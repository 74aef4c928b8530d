using Athena.Common.State;
using Athena.Common.State.Audit;
using Athena.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.Common.Tests.State.Audit;

/// <summary>An audit in a directory of its own, whose clock stands until a test moves it.</summary>
internal abstract class AuditScenario
{
    protected ManualTime Time { get; private set; } = null!;

    protected TemporaryDirectory Folder { get; private set; } = null!;

    protected AuditOptions Options => new(Folder.Path, TimeSpan.FromDays(90), TimeSpan.FromDays(7 * 365));

    [SetUp]
    public void MakeDirectory()
    {
        Folder = new TemporaryDirectory();
        Time = new ManualTime();
    }

    [TearDown]
    public void RemoveDirectory() => Folder.Dispose();

    protected static AuditEntry Locked(int i) => new(
        "locked", $"uid{i}", $"locked after {i} s",
        new Dictionary<string, string> { ["login"] = $"login{i}", ["e-mail"] = $"somebody{i}@example.org" });

    protected void Write(params AuditEntry[] entries)
    {
        using var log = AuditLog.Open(Options, Time, NullLogger<AuditLog>.Instance);
        foreach (var entry in entries)
            log.Append(entry);
    }

    protected void Trim()
    {
        using var log = AuditLog.Open(Options, Time, NullLogger<AuditLog>.Instance);
        log.Trim();
    }

    protected AuditVerification Verify() => AuditVerifier.Verify(Options);
}
