namespace Athena.AutoDisable.Notify.Mails;

/// <summary>By what the mails to applicants are told from those to our people: whose server takes them is a stranger's choice.</summary>
internal static class ApplicantKeys
{
    public const string Received = "received/";
    public const string Outcome = "applicant/";

    public static bool Has(string key) =>
        key.StartsWith(Received, StringComparison.Ordinal) || key.StartsWith(Outcome, StringComparison.Ordinal);
}
