using Athena.Common.Database;
using Athena.Common.Grafana.Database;
using Npgsql;

namespace Athena.Common.Tests.Grafana.Database;

/// <summary>What is accepted as <c>GRAFANA_DATABASE</c>.</summary>
public sealed class DatabaseAddressTests
{
    [TestCase("Host=db.hospital.example;Database=grafana;Username=u;Password=p", "db.hospital.example:5432")]
    [TestCase("postgresql://u:p@db.hospital.example/grafana", "db.hospital.example:5432")]
    [TestCase("postgresql://u:p@db.hospital.example:6432/grafana?sslmode=verify-full", "db.hospital.example:6432")]
    [TestCase("postgres://u:p@[2001:db8::1]:6432/grafana", "2001:db8::1:6432")]
    [TestCase(
        "postgresql://u:p@db1.example:5432,db2.example:5433/grafana?target_session_attrs=read-write", "db1.example:5432,db2.example:5433")]
    [TestCase("Host=127.0.0.1,db2.example;Database=grafana;Username=u", "127.0.0.1,db2.example")]
    public void To_another_machine_the_certificate_is_verified_without_being_asked_for(string text, string place)
    {
        Assert.That(DatabaseAddress.TryRead(GrafanaDatabaseOptions.Setting, text, out var address, out var problem), Is.True, problem);
        Assert.That((address.SslMode, address.GssEncryptionMode), Is.EqualTo((SslMode.VerifyFull, GssEncryptionMode.Disable)));
        Assert.That(DatabaseAddress.Place(address), Is.EqualTo(place));
    }

    [TestCase("Host=localhost;Database=grafana;Username=u;Password=p")]
    [TestCase("Host=127.0.0.1;Database=grafana;Username=u;Password=p;SSL Mode=Disable")]
    [TestCase("Host=::1;Database=grafana;Username=u;Password=p;SSL Mode=Require")]
    [TestCase("Host=/run/postgresql;Database=grafana")]
    [TestCase("Host=@abstract;Database=grafana")]
    [TestCase("postgresql:///grafana?host=/run/postgresql")]
    [TestCase("postgresql://u:p@[::1]/grafana?sslmode=disable")]
    [TestCase("postgresql://u:p@localhost:5433,127.0.0.1:5434/grafana")]
    public void On_this_machine_TLS_is_left_to_the_setting(string text) =>
        Assert.That(DatabaseAddress.TryRead(GrafanaDatabaseOptions.Setting, text, out _, out var problem), Is.True, problem);

    [TestCase(
        "Host=db.example;Database=grafana;Username=u;Password=s3cret;SSL Mode=Require",
        "asks for SSL mode Require to another machine (db.example)")]
    [TestCase("Host=db.example;Database=grafana;Username=u;Password=s3cret;sslmode=verifyca", "SSL mode VerifyCA")]
    [TestCase("postgresql://u:s3cret@db.example/grafana?sslmode=disable", "SSL mode Disable")]
    [TestCase("postgresql://u:s3cret@127.0.0.1,10.0.0.7/grafana?sslmode=prefer", "another machine (10.0.0.7)")]
    [TestCase("Host=127.0.0.1.example.org;Database=grafana;Username=u;Password=s3cret;SSL Mode=Prefer", "SSL mode Prefer")]
    [TestCase("Host=127.0.0.1:evil.example:1;Database=grafana;Username=u;Password=s3cret;SSL Mode=Prefer", "another machine")]
    [TestCase("Database=grafana;Username=u;Password=s3cret", "names no host")]
    [TestCase("Host=localhost;Username=u;Password=s3cret", "names no database")]
    [TestCase("Host=localhost;Database=grafana;Password=s3cret", "names no user")]
    [TestCase("host=localhost dbname=grafana password=s3cret", "separated by ;")]
    [TestCase("mysql://u:s3cret@db.example/grafana", "only a Grafana on PostgreSQL")]
    [TestCase("postgresql://u:s3cret@db.example/grafana?options=s3cret", "not known here")]
    [TestCase("postgresql://u:p@db.example:s3cret/grafana", "cannot be read")]
    [TestCase("postgresql://u:p@db.example/grafana?sslmode=s3cret", "cannot be read")]
    [TestCase("Host=localhost;Database=grafana;Username=u;Password=half;s3cret=other", "cannot be read")]
    [TestCase("Host=localhost;Database=grafana;Username=u;Password=half;Port=s3cret", "cannot be read")]
    [TestCase("s3cret", "cannot be read")]
    [TestCase("", "cannot be read")]
    [TestCase("Host=db.example;Database=grafana;Username=u;Root Certificate=/no/such/ca.pem", "/no/such/ca.pem, which does not exist")]
    public void What_is_refused_is_explained_without_showing_the_secret(string text, string sentence)
    {
        var options = new GrafanaDatabaseOptions { ConnectionString = text, Daemon = "auto-disable" };
        Assert.That(options.Problems(), Has.Exactly(1).Items);
        Assert.That(options.Problems()[0], Does.Contain(sentence).And.StartWith("GRAFANA_DATABASE").And.Not.Contain("s3cret"));
        Assert.That(() => new GrafanaUserTable(options, TimeProvider.System), Throws.ArgumentException.With.Message.Not.Contain("s3cret"));
        Assert.That(options.ToString(), Does.Not.Contain("s3cret"));
    }

    [Test]
    public void What_the_setting_says_of_pools_and_messages_is_overruled()
    {
        const string Text =
            "Host=localhost;Database=g;Username=u;Maximum Pool Size=90;Include Error Detail=true;Log Parameters=true;Timeout=600;Command "
            + "Timeout=0";
        Assert.That(DatabaseAddress.TryRead(GrafanaDatabaseOptions.Setting, Text, out var address, out _), Is.True);
        Assert.That(
            (address.MaxPoolSize, address.IncludeErrorDetail, address.LogParameters, address.Timeout, address.CommandTimeout),
            Is.EqualTo((2, false, false, 5, 5)));
    }
}
