using System.Runtime.InteropServices;
using Athena.Common.Settings;
using Athena.Common.Tests.Daemon;
using Athena.Common.Text;
using Athena.Tests.Shared;
using FsCheck;
using FsCheck.Fluent;

namespace Athena.Common.Tests.Settings;

internal sealed class EnvironmentFileTests
{
    // Each line is one that systemd itself was asked about, see Agrees_with_systemd_itself.
    private static readonly TestCaseData[] Read =
    [
        new("A=1\n", "1"),
        new("A=1", "1"),
        new("  A = 1 2  \n", "1 2"),
        new("A=\"1 2 \"\n", "1 2 "),
        new("A='1 \"2\" $X'\n", "1 \"2\" $X"),
        new("A=\"a\\\"b\\\\c\\$d\\`e\\f\"\n", "a\"b\\c$d`e\\f"),
        new("A=one\\\n two\n", "one two"),
        new("A=\"one\\\ntwo\"\n", "onetwo"),
        new("A='one\ntwo'\n", "one\ntwo"),
        new("A=a\\ b\\\\c\n", "a b\\c"),
        new("A=a\"b\"c\n", "a\"b\"c"),
        new("A=\"a\"'b'c\n", "abc"),
        new("A=\"a\" # b\n", "a# b"),
        new("A=1 # one\n", "1 # one"),
        new("A=$HOME\n", "$HOME"),
        new("# A=2\n; A=3\nA=1\n", "1"),
        new("A=1\nA=2\n", "2"),
        new("A=\n", ""),
        new("A=1\r\nB=2\r\n", "1"),
        new("A=trailing\\ \n", "trailing "),
        new("A=ünï ☃\n", "ünï ☃"),
    ];

    [TestCaseSource(nameof(Read))]
    public void Reads_a_value_as_systemd_does(string text, string expected) =>
        Assert.That(EnvironmentFile.Parse(text).Entries.Last(e => e.Key == "A").Value, Is.EqualTo(expected));

    [TestCase("export A=1\n", "A", "no \"export\"")]
    [TestCase("A=$HOME/x\n", "A", "a shell would replace it")]
    [TestCase("A=\"${X}\"\n", "A", "a shell would replace it")]
    [TestCase("A=$(hostname)\n", "A", "a shell would replace it")]
    [TestCase("A=`hostname`\n", "A", "a shell would replace it")]
    [TestCase("A=1 # one\n", "A", "part of the value")]
    [TestCase("A=\"1\" # one\n", "A", "part of the value")]
    [TestCase("A =1\n", "A", "next to the equals sign")]
    [TestCase("A= 1\n", "A", "next to the equals sign")]
    [TestCase("A=\"1\n", "A", "never closed")]
    [TestCase("A=a\"b c\"\n", "A", "within an unquoted value")]
    [TestCase("just words\n", null, "No assignment")]
    [TestCase("MY-KEY=1\n", null, "no name of a variable")]
    [TestCase("# ends so \\\nA=1\n", null, "before version 254")]
    public void Reports_what_a_shell_would_have_read_otherwise(string text, string? key, string what)
    {
        var finding = EnvironmentFile.Parse("\n# first\n" + text).Findings.Single();

        Assert.That(finding.Line, Is.EqualTo(3));
        Assert.That(finding.Key, Is.EqualTo(key));
        Assert.That(finding.What, Does.Contain(what));
        Assert.That(finding.Remedy, Is.Not.Empty);
    }

    [TestCase("A='$HOME `x` # y'\n")]
    [TestCase("A=a#b\n")]
    [TestCase("A=\"a # b\"\n")]
    [TestCase("A=costs\\ 5$\n")]
    [TestCase("A=\"\\$HOME\"\n")]
    [TestCase("# a comment\n\n;another\n")]
    [TestCase("A=\n")]
    public void Is_silent_where_both_read_the_same(string text) => Assert.That(EnvironmentFile.Parse(text).Findings, Is.Empty);

    [Test]
    public void Tells_the_line_on_which_an_assignment_begins()
    {
        var entries = EnvironmentFile.Parse("A='1\n2'\n\nB=3\\\n4\nC=5\n").Entries;

        Assert.That(entries.Select(e => (e.Key, e.Line)), Is.EqualTo(new[] { ("A", 1), ("B", 4), ("C", 6) }));
    }

    [Test]
    public void Never_throws() => Sampled.Hold(Prop.ForAll(Files, text => EnvironmentFile.Parse(text) is not null), 2000);

    [Test]
    public void A_value_in_single_quotes_comes_back_as_it_is()
    {
        var values = ArbMap.Default.GeneratorFor<NonNull<string>>().Select(s => s.Get.Replace("'", "").Replace("\0", "")).ToArbitrary();

        Sampled.Hold(Prop.ForAll(
            values, v => EnvironmentFile.Parse($"A='{v}'\nB=2\n").Entries is [{ Key: "A" } a, { Key: "B" }] && a.Value == v));
    }

    [Test]
    public void Agrees_with_systemd_itself()
    {
        using var systemd = SystemdShared.Open();
        if (systemd is null)
            NotRun.Missing("systemd's shared library is not installed here, so its reader could not be asked.");

        var fixedTexts = Read.Select(c => (string)c.Arguments[0]!);
        var random = Files.Generator.Sample(1000, new Rnd(20261121, 7), 40);
        Assert.That(random, Has.Length.EqualTo(1000));

        // Version 254 changed what a backslash at the end of a comment does; that is a finding, not to be compared.
        foreach (var text in fixedTexts.Concat(random).Where(t => !EnvironmentFile.Parse(t).Findings.Any(f => f.What.Contains("254"))))
        {
            var ours = EnvironmentFile.Parse(text).Entries.GroupBy(e => e.Key).ToDictionary(g => g.Key, g => g.Last().Value);
            var theirs = systemd.Load(text)
                .Where(p => p.Key.Length > 0 && !char.IsAsciiDigit(p.Key[0]) && p.Key.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'));
            Assert.That(ours, Is.EquivalentTo(theirs), () => $"for {VisibleText.Escape(text)}");
        }
    }

    private static Arbitrary<string> Files =>
        Gen.Elements(
            "A", "B", "export C", "=", "=", "=", "\n", "\n", "\r\n", " ", "\t", "\\", "\\\n", "'", "\"", "#", ";", "$X", "`", "é", "1",
            "x y")
            .ArrayOf().Select(string.Concat).ToArbitrary();

    /// <summary>
    /// systemd's own reader of environment files, <c>load_env_file_pairs</c> (src/basic/env-file.c), in the library it ships.
    /// </summary>
    private sealed unsafe class SystemdShared : IDisposable
    {
        private readonly nint library;
        private readonly delegate* unmanaged<nint, byte*, byte***, int> load;
        private readonly TemporaryDirectory directory = new();

        private SystemdShared(nint library, nint load)
        {
            this.library = library;
            this.load = (delegate* unmanaged<nint, byte*, byte***, int>)load;
        }

        public static SystemdShared? Open()
        {
            var path = new[]
            {
                "/usr/lib/x86_64-linux-gnu/systemd", "/usr/lib/aarch64-linux-gnu/systemd", "/usr/lib/systemd", "/lib/systemd",
            }
                .Where(Directory.Exists).SelectMany(d => Directory.EnumerateFiles(d, "libsystemd-shared-*.so")).FirstOrDefault();
            return path is not null && NativeLibrary.TryLoad(path, out var library)
                && NativeLibrary.TryGetExport(library, "load_env_file_pairs", out var load)
                ? new SystemdShared(library, load)
                : null;
        }

        public Dictionary<string, string> Load(string text)
        {
            var path = directory["environment"];
            File.WriteAllText(path, text);
            byte** pairs = null;
            var name = Marshal.StringToCoTaskMemUTF8(path);
            var result = load(0, (byte*)name, &pairs);
            Marshal.FreeCoTaskMem(name);
            Assert.That(result, Is.GreaterThanOrEqualTo(0));

            // A few leaked bytes for each file; the process is short-lived.
            var read = new Dictionary<string, string>();
            for (var p = pairs; p is not null && *p is not null; p += 2)
                read[Marshal.PtrToStringUTF8((nint)p[0])!] = Marshal.PtrToStringUTF8((nint)p[1])!;
            return read;
        }

        public void Dispose()
        {
            directory.Dispose();
            NativeLibrary.Free(library);
        }
    }
}
