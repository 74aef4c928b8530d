namespace Athena.Common.Grafana.Api;

/// <summary>Which of the fields that decisions hang on a user's record had, in the form that Grafana gives them.</summary>
[Flags]
internal enum UserFields
{
    None = 0,

    /// <summary><c>isDisabled</c>, true or false.</summary>
    Disabled = 1,

    /// <summary><c>authLabels</c>; null where Grafana has none to tell.</summary>
    Labels = 1 << 1,

    /// <summary><c>isExternal</c>, true or false; only in a single record.</summary>
    External = 1 << 2,

    /// <summary><c>isAdmin</c> in a list, <c>isGrafanaAdmin</c> in a single record.</summary>
    Admin = 1 << 3,
}
