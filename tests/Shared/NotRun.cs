using System.Diagnostics.CodeAnalysis;

namespace Athena.Tests.Shared;

/// <summary>Ends a test that cannot be made here, with the reason in what the run prints: it never counts as one that passed.</summary>
internal static class NotRun
{
    /// <summary>
    /// Something is missing that <c>tests/interop/install.sh</c> installs, or a right that root has. On the machine that checks every
    /// change (<c>CI=true</c>) that is a failure: a test that is never made there would be missed by nobody.
    /// </summary>
    [DoesNotReturn]
    public static void Missing(string what)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true") throw new AssertionException($"Not run, and here it must be: {what}");
        Because(what);
    }

    /// <summary>This machine is of another kind than the test is about.</summary>
    [DoesNotReturn]
    public static void Because(string reason)
    {
        TestContext.Progress.WriteLine($"Not run: {TestContext.CurrentContext.Test.Name}: {reason}");
        Assert.Ignore(reason);
        throw new AssertionException(reason);
    }
}
