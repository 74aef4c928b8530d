using System.Text.Json.Serialization.Metadata;
using Athena.Common.Grafana.Api.SignIn;
using Athena.Common.Notify.Delivery;
using Athena.Common.Settings;
using Athena.Common.State;
using Athena.Common.State.Backups;
using Athena.Migration;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.State;

/// <summary>What lies on disk beside a daemon's own state: a file that an older version wrote has no hole for this one.</summary>
internal sealed class OlderFilesTests
{
    private static IEnumerable<JsonTypeInfo> Persisted() =>
        [
            OutboxJson.Plain.OutboxRecord, MigrationJson.Default.MigrationRecord, SettingsNoteJson.Default.SettingsNote,
            InstallationJson.Default.Content, GrafanaJsonContext.Default.StoredSignIn, BackupJson.Default.BackupManifest,
        ];

    [TestCaseSource(nameof(Persisted))]
    public void What_an_older_version_did_not_write_is_empty_and_not_missing(object type) =>
        Assert.That(Wholeness.HolesWhenAbsent((JsonTypeInfo)type), Is.Empty);
}
