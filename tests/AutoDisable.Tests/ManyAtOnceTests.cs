using Athena.AutoDisable.Accounts;
using Athena.AutoDisable.Mails;
using Athena.AutoDisable.Tests.Simulation;
using Athena.Common.Grafana;
using Athena.Common.Notifications.Documents;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;

namespace Athena.AutoDisable.Tests;

/// <summary>Grafana's answers to many calls come back on many threads.</summary>
internal sealed class ManyAtOnceTests
{
    private const int People = 400;

    [Test]
    public async Task Answers_that_come_on_many_threads_do_not_spoil_what_the_gate_remembers()
    {
        var time = new ManualTime(new DateTimeOffset(2026, 11, 21, 6, 0, 0, TimeSpan.Zero));
        var disk = new SimulatedDisk(new CrashPoint());
        var mail = new MailOptions(["one@example.org"], new Uri("http://127.0.0.1:3000"), new Brand("Athena", "Digital-On Tech", null, null), TimeZoneInfo.Utc);
        var state = new GateState { GrafanaUrl = "http://127.0.0.1:3000", BaselineAt = time.GetUtcNow(), LastCompleteLook = time.GetUtcNow() };
        var gate = GateAssembly.Build(state, Grafana(time), disk, disk, disk, new LetterWriter(mail), new GateOptions("http://127.0.0.1:3000"), time, NullLoggerFactory.Instance);

        await gate.Gate.LookAsync(CancellationToken.None);
        for (var round = 0; round < 5; round++)
        {
            await gate.Gate.WorkAsync(CancellationToken.None);
            time.Advance(TimeSpan.FromSeconds(2));
        }

        // Every tenth was gone when he was to be disabled, every tenth after it; the others are locked.
        Assert.That(gate.Memory.Book.All.Where(a => a.Id != 1).Select(a => a.Status), Has.Exactly(People * 8 / 10).Items.And.All.EqualTo(AccountStatus.Locked));
    }

    private static IGrafana Grafana(ManualTime time)
    {
        var self = User(1, isDisabled: false);
        var grafana = new Mock<IGrafana>();
        grafana.Setup(g => g.WhoAmIAsync(It.IsAny<CancellationToken>())).Returns(() => SoonAsync(Done(self)));
        grafana.Setup(g => g.AllUsersAsync(It.IsAny<CancellationToken>()))
            .Returns(() => SoonAsync(Done<IReadOnlyList<GrafanaUser>>([self, .. Enumerable.Range(2, People).Select(id => User(id, isDisabled: false))])));
        grafana.Setup(g => g.DisableAsync(It.IsAny<long>(), It.IsAny<CancellationToken>()))
            .Returns((long id, CancellationToken _) => SoonAsync(id % 10 == 0 ? Gone<Acknowledgement>() : Done(new Acknowledgement("User disabled"))));
        grafana.Setup(g => g.UserAsync(It.IsAny<long>(), It.IsAny<CancellationToken>()))
            .Returns((long id, CancellationToken _) => SoonAsync(id % 10 == 1 ? Gone<GrafanaUser>() : Done(User(id, isDisabled: true))));
        grafana.Setup(g => g.SessionsAsync(It.IsAny<long>(), It.IsAny<CancellationToken>())).Returns(() => SoonAsync(Done<IReadOnlyList<UserSession>>([])));
        grafana.Setup(g => g.OrganisationsOfAsync(It.IsAny<long>(), It.IsAny<CancellationToken>())).Returns(() => SoonAsync(Done<IReadOnlyList<OrganisationMembership>>([])));
        return grafana.Object;

        GrafanaUser User(long id, bool isDisabled) => new(id, $"uid{id}", $"login{id}", $"mail{id}@example.net", $"Name {id}", false, isDisabled, [], time.GetUtcNow(), null);
    }

    /// <summary>As a real answer: later, and on whatever thread is free.</summary>
    private static async Task<GrafanaAnswer<T>> SoonAsync<T>(GrafanaAnswer<T> answer)
        where T : class
    {
        await Task.Yield();
        return answer;
    }

    private static GrafanaAnswer<T> Done<T>(T value)
        where T : class => new(GrafanaOutcome.Done, value, "");

    private static GrafanaAnswer<T> Gone<T>()
        where T : class => new(GrafanaOutcome.Gone, null, "user not found");
}
