namespace Athena.AutoDisable.Accounts;

/// <summary>How an account came to be, as far as the log tells.</summary>
internal enum ArrivalKind
{
    /// <summary>No line says so (single sign-on, a directory, another node, or the log could not be read).</summary>
    Unknown,

    /// <summary>The sign-up form.</summary>
    SignUpForm,

    /// <summary>Somebody completed an invitation.</summary>
    Invitation,

    /// <summary>An administrator made it. "Probably": the line does not name the account that was made.</summary>
    MadeByAdmin,
}
