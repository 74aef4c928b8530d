namespace Athena.AutoDisable.State;

/// <summary>What the gate needs of the settings.</summary>
/// <param name="GrafanaUrl">Where we reach Grafana; the state belongs to it.</param>
/// <param name="DefaultRole">The role that sign-up gives; another one is pointed out in the mail.</param>
/// <param name="ApprovedRole">Role set on approval where they have none; null leaves roles alone.</param>
/// <param name="ApplicantReceived">Tell the applicant that their request was received.</param>
/// <param name="ApplicantApproved">Tell the applicant that they were approved.</param>
/// <param name="ApplicantRejected">Tell the applicant that they were rejected.</param>
/// <param name="DrillTo">Who gets a drill's mail; null or empty when nobody is set.</param>
/// <param name="DrillEvery">How often a drill begins by itself; null for never.</param>
/// <param name="TimeZone">In which days and times given to a command are meant; null for UTC.</param>
/// <param name="AsksAboutFound">Those who were found enabled by nobody known are never locked again without an answer.</param>
/// <param name="IsDryRun">Nothing is changed in Grafana, so no drill is made.</param>
/// <param name="ReceivedIfBornLocked">As <paramref name="ApplicantReceived"/>, of those who were born locked, where Grafana verifies
/// addresses.</param>
/// <param name="EscalateAfter">Others are told of a critical matter on which nobody acted for so long; null for never.</param>
/// <param name="UndoFor">How long a decision can be taken back, and the applicant is not told of it; zero for not at all.</param>
/// <param name="PublicUrl">Grafana as browsers reach it; null where that is not known.</param>
internal sealed record AutoDisableOptions(
    string GrafanaUrl,
    string DefaultRole = "Viewer",
    string? ApprovedRole = null,
    bool ApplicantReceived = false,
    bool ApplicantApproved = true,
    bool ApplicantRejected = false,
    IReadOnlyList<string>? DrillTo = null,
    TimeSpan? DrillEvery = null,
    TimeZoneInfo? TimeZone = null,
    bool IsDryRun = false,
    bool AsksAboutFound = false,
    bool ReceivedIfBornLocked = false,
    TimeSpan? EscalateAfter = null,
    TimeSpan UndoFor = default,
    Uri? PublicUrl = null)
{
    /// <summary>How long lines are on their way to the log: what somebody did is not written down before.</summary>
    public TimeSpan LogSettle { get; init; }
}
