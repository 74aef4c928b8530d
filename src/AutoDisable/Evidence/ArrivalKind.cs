namespace Athena.AutoDisable.Evidence;

/// <summary>How an account came to be, as far as the log tells.</summary>
internal enum ArrivalKind
{
    /// <summary>No line says so (single sign-on, a directory, another node, or the log could not be read).</summary>
    Unknown,

    /// <summary>The sign-up form.</summary>
    SignUpForm,

    /// <summary>Somebody completed an invitation, with its code.</summary>
    Invitation,

    /// <summary>Somebody typed the e-mail of a pending invitation into the sign-up form and got its role, nothing verified.</summary>
    TakenInvitation,

    /// <summary>An administrator made it. "Probably": the line does not name the account that was made.</summary>
    MadeByAdmin,

    /// <summary>Single sign-on, a directory or a proxy. "Probably" while Grafana has not marked the account (docs/grafana.md §5).</summary>
    SingleSignOn,
}
