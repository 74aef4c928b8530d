using Athena.Common.Network;
using Athena.Common.Settings;

namespace Athena.Common.Notify.Alertmanager;

/// <summary>The <c>ALERT*</c> keys of each daemon: who rings when something is wrong, and by what.</summary>
/// <param name="IsAlone">Alertmanager in place of chat and mail, as long as it takes alerts; else beside them.</param>
/// <param name="Runbook">What stands before the <c>#</c> of an alert's heading.</param>
/// <param name="Tenant">As in the metrics.</param>
/// <param name="Instance">The machine on which the daemon runs.</param>
public sealed record AlertmanagerSettings(bool IsAlone, AlertmanagerAddress Address, string Runbook, string Tenant, string Instance)
{
    private const string RouteKey = "ALERTS", UrlKey = "ALERTMANAGER_URL", DirectRoute = "direct", OwnRoute = "alertmanager";

    private const string InPackage = "file:///usr/share/doc/athena-workers/runbook.md";

    /// <summary>
    /// Null where alerts go by chat and mail alone. The daemon works without: what is faulty is a remark of the reader's and no problem,
    /// and the alerts go the direct way.
    /// </summary>
    public static AlertmanagerSettings? Read(SettingsReader reader)
    {
        var route = DirectRoute;
        AlertmanagerAddress? address = null;
        var runbook = InPackage;
        var isRight = reader.TryRead(() =>
        {
            route = reader.Choice(
                RouteKey, DirectRoute,
                "Who rings when something is wrong: direct (chat and mail), alertmanager (in place of them, as long as it takes alerts) or "
                + "both. Mails that ask for a decision, reports and pulses go out in any case.", DirectRoute, OwnRoute, "both");
            runbook = reader.Text(
                "RUNBOOK_URL", InPackage, "Where the runbook lies for your people: what stands before the # of an alert's heading.");
            address = ReadAddress(reader);
        }, "Until then alerts go by chat and mail.");
        if (route == DirectRoute || !isRight) return null;
        if (address is null)
        {
            reader.Remark(new SettingsRemark(
                $"{RouteKey}={route} is set, and {UrlKey} is not: alerts go by chat and mail",
                $"Set {UrlKey} in /etc/default/{WorkerIdentity.Platform}, or {RouteKey}={DirectRoute}."));
            return null;
        }

        return new AlertmanagerSettings(
            route == OwnRoute, address, runbook.TrimEnd('#'),
            CommonSettings.ReadTenant(reader) is { Length: > 0 } tenant ? tenant : "default", Environment.MachineName);
    }

    private static AlertmanagerAddress? ReadAddress(SettingsReader reader)
    {
        var url = reader.OptionalUri(UrlKey, "Alertmanager's address, as in https://alerts.hospital.example:9093.", "https", "http");
        var user = reader.Text("ALERTMANAGER_USER", "Login at Alertmanager, or at what stands before it; without it none is tried.");
        var password = reader.Secret("ALERTMANAGER_PASSWORD", "Its password.");
        var token = reader.Secret("ALERTMANAGER_TOKEN", "A bearer token in place of login and password.");
        var caFile = reader.Text("ALERTMANAGER_CA_FILE", "PEM file with the authority that signed Alertmanager's certificate.");
        if (url is null) return null;
        if (url is { Scheme: "http", IsLoopback: false } && (password ?? token) is not null)
            reader.Refuse(UrlKey, "must begin with https:// where a password or a token is set: they could be read on the way");
        if (password is not null && user is null) reader.Refuse("ALERTMANAGER_PASSWORD", "is set without ALERTMANAGER_USER");
        if (user is not null && token is not null) reader.Refuse("ALERTMANAGER_TOKEN", "is set beside ALERTMANAGER_USER; one is enough");
        if (token is not null && token.Trim().Any(sign => sign is < '!' or > '~'))
            reader.Refuse("ALERTMANAGER_TOKEN", "holds a sign that no token has");
        if (caFile is not null && CertificateCheck.TryReadAuthorities(caFile, out var problem) is null)
            reader.Refuse("ALERTMANAGER_CA_FILE", problem!);
        return new AlertmanagerAddress(url, user, password, token?.Trim(), caFile);
    }
}
