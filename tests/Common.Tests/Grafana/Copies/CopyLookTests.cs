using Athena.Common.Grafana.Copies;
using Athena.Common.GrafanaLog.Sources;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Grafana.Copies;

/// <summary>A daemon that reads windows of the log hears of another copy by its looks between them.</summary>
internal sealed class CopyLookTests
{
    private const long OurId = 9;

    private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 28, 6, 0, 0, TimeSpan.Zero));
    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void Open()
    {
        _directory = new TemporaryDirectory();
        File.WriteAllText(_directory["grafana.log"], "");
    }

    [TearDown]
    public void Close() => _directory.Dispose();

    [Test]
    public void Is_found_by_the_look_after_it_worked_and_forgotten_when_it_has_stopped()
    {
        var look = Look();
        Write("00aa11bb22cc", OurId);
        Assert.That(look.Look(CancellationToken.None), Is.Null);
        _time.Advance(TimeSpan.FromMinutes(1));
        Write("ffee00112233", OurId);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(look.Look(CancellationToken.None)?.Installation, Is.EqualTo("ffee00112233"));
        _time.Advance(TimeSpan.FromMinutes(66));
        Assert.That(look.Look(CancellationToken.None), Is.Null);
    }

    [Test]
    public void A_referer_in_somebody_else_s_request_is_no_copy()
    {
        var look = Look();
        Write("00aa11bb22cc", OurId);
        Write("ffee00112233", userId: 3);
        Write("ffee00112233", userId: 0);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(look.Look(CancellationToken.None), Is.Null);
    }

    [Test]
    public void Nothing_is_looked_for_while_our_own_id_is_not_known()
    {
        var look = new CopyLook(Log, new CopyWatch("compliance", "00aa11bb22cc"), () => null, _time);
        Write("ffee00112233", OurId);
        Assert.That(look.Look(CancellationToken.None), Is.Null);
    }

    private ILogSource Log => LogSource.TryParse("file:" + _directory["grafana.log"], out _)!;

    private CopyLook Look() => new(Log, new CopyWatch("compliance", "00aa11bb22cc"), () => OurId, _time);

    private void Write(string installation, long userId)
    {
        File.AppendAllText(_directory["grafana.log"],
            $"logger=context userId={userId} orgId=1 uname=x t={_time.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'} level=info "
            + "msg=\"Request Completed\" method=GET path=/api/users status=200 " +
            $"remote_addr=192.0.2.7 time_ms=1 duration=1ms size=1 referer=http://x/athena-workers/compliance/{installation} "
            + "handler=/api/users status_source=server\n");
        _time.Advance(TimeSpan.FromMilliseconds(10));
    }
}
