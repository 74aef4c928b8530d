using FsCheck;

namespace Athena.Common.Tests.Daemon;

/// <summary>Properties over samples that are the same in each run.</summary>
internal static class Sampled
{
    public static void Hold(Property property, int samples = 300) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(samples).WithReplay(20261121, 7), property);
}
