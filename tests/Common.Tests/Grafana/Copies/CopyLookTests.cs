using Athena.Common.Grafana.Copies;
using Athena.Common.GrafanaLog.Sources;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Grafana.Copies;

/// <summary>A daemon that reads windows of the log hears of another copy by its looks between them.</summary>
internal sealed class CopyLookTests
{
    private const long OurId = 9;

    private readonly ManualTime time = new(new DateTimeOffset(2026, 11, 28, 6, 0, 0, TimeSpan.Zero));
    private TemporaryDirectory directory = null!;

    [SetUp]
    public void Open()
    {
        directory = new TemporaryDirectory();
        File.WriteAllText(directory["grafana.log"], "");
    }

    [TearDown]
    public void Close() => directory.Dispose();

    [Test]
    public void Is_found_by_the_look_after_it_worked_and_forgotten_when_it_has_stopped()
    {
        var look = Look();
        Write("00aa11bb22cc", OurId);
        Assert.That(look.Look(CancellationToken.None), Is.Null);
        time.Advance(TimeSpan.FromMinutes(1));
        Write("ffee00112233", OurId);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(look.Look(CancellationToken.None)?.Installation, Is.EqualTo("ffee00112233"));
        time.Advance(TimeSpan.FromMinutes(66));
        Assert.That(look.Look(CancellationToken.None), Is.Null);
    }

    [Test]
    public void A_referer_in_somebody_else_s_request_is_no_copy()
    {
        var look = Look();
        Write("00aa11bb22cc", OurId);
        Write("ffee00112233", userId: 3);
        Write("ffee00112233", userId: 0);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(look.Look(CancellationToken.None), Is.Null);
    }

    [Test]
    public void Nothing_is_looked_for_while_our_own_id_is_not_known()
    {
        var look = new CopyLook(Log, new CopyWatch("compliance", "00aa11bb22cc"), () => null, time);
        Write("ffee00112233", OurId);
        Assert.That(look.Look(CancellationToken.None), Is.Null);
    }

    private ILogSource Log => LogSource.TryParse("file:" + directory["grafana.log"], out _)!;

    private CopyLook Look() => new(Log, new CopyWatch("compliance", "00aa11bb22cc"), () => OurId, time);

    private void Write(string installation, long userId)
    {
        File.AppendAllText(directory["grafana.log"],
            $"logger=context userId={userId} orgId=1 uname=x t={time.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'} level=info "
            + "msg=\"Request Completed\" method=GET path=/api/users status=200 " +
            $"remote_addr=192.0.2.7 time_ms=1 duration=1ms size=1 referer=http://x/athena-workers/compliance/{installation} "
            + "handler=/api/users status_source=server\n");
        time.Advance(TimeSpan.FromMilliseconds(10));
    }
}
