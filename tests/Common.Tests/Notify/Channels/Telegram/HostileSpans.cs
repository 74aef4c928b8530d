using Athena.Common.Notify.Channels.Telegram;
using FsCheck;
using FsCheck.Fluent;

namespace Athena.Common.Tests.Notify.Channels.Telegram;

/// <summary>Messages that somebody wants to break out of.</summary>
internal static class HostileSpans
{
    private static readonly string[] Pieces =
    [
        "naledi", "<b>", "</pre>", "<a href=\"https://evil.example\">", "&lt;", "&", "&amp;amp;", ">", "<", "\"", "'", "\n", "\r\n", "\t",
        " ", "   ", "\0",
        "evil.example", "https://evil.example/x", "@admin", "/delete", "#tag", "$ABC", "10.0.0.5", "+27825551234",
        "admin@hospital.example", "12.3.0", "06:15",
        "\u202E", "\u2066", "\u200B", "\u200E", "\uFE0F", "\u0301", "\u0301\u0301\u0301\u0301\u0301\u0301", "\uD83D", "\uDE00", "😀",
        "👩\u200D⚕\uFE0F", "🇿🇦",
        "אבג", "מחלקה 7", "مرحبا", "漢字", "\u1100", "⟨U+202E⟩", "…", "\u3164", new('x', 180), new('.', 300), new('@', 300), new('&', 700),
    ];

    public static readonly Gen<string> Texts =
        (from count in Gen.Choose(0, 6) from pieces in Gen.Elements(Pieces).ListOf(count) select string.Concat(pieces))
            .Or(ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""));

    public static readonly Gen<TelegramText> Messages =
        from size in Gen.Choose(0, 40)
        from rows in Row.ListOf(size)
        select new TelegramText([.. rows]);

    private static Gen<TelegramRow> Row =>
        from count in Gen.Choose(0, 5)
        from spans in (from text in Texts from style in Gen.Elements(Enum.GetValues<TelegramStyle>()) select new TelegramSpan(text, style))
            .ListOf(count)
        from isTable in Gen.Elements(true, false)
        select new TelegramRow([.. spans], isTable);

    private static Gen<T> Or<T>(this Gen<T> one, Gen<T> other) => Gen.Frequency((4, one), (1, other));
}
