namespace Athena.Common.Grafana.Copies;

/// <summary>Whose a request of the daemons' account is.</summary>
public enum LineOwner
{
    /// <summary>None that this daemon makes: another daemon's, or a person's.</summary>
    Nobody,

    /// <summary>This installation's, the daemon's or one of its commands'.</summary>
    Ourselves,

    /// <summary>Another installation of this daemon.</summary>
    OtherCopy,
}
