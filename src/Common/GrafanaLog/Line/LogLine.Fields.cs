using System.Runtime.CompilerServices;

namespace Athena.Common.GrafanaLog.Line;

public ref partial struct LogLine
{
    /// <summary>The keys that are looked at; one bit each, to know which was seen already.</summary>
    [Flags]
    private enum Field
    {
        None = 0,
        Time = 1 << 0,
        Level = 1 << 1,
        Logger = 1 << 2,
        Message = 1 << 3,
        UserId = 1 << 4,
        OrgId = 1 << 5,
        Login = 1 << 6,
        Method = 1 << 7,
        Path = 1 << 8,
        Status = 1 << 9,
        RemoteAddress = 1 << 10,
        TimeMs = 1 << 11,
        Referer = 1 << 12,
        User = 1 << 13,
        Identity = 1 << 14,
        ErrorMessageId = 1 << 15,
        Error = 1 << 16,
        Client = 1 << 17,
        Permissions = 1 << 18,
        RenderedFor = 1 << 19,
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Field Identify(ReadOnlySpan<byte> key) => key.Length switch
    {
        1 => key[0] == 't' ? Field.Time : Field.None,
        2 => key.SequenceEqual("id"u8) ? Field.Identity : Field.None,
        3 => key.SequenceEqual("msg"u8) ? Field.Message : Field.None,
        4 => key.SequenceEqual("path"u8) ? Field.Path : key.SequenceEqual("User"u8) ? Field.User : Field.None,
        5 => key.SequenceEqual("level"u8) ? Field.Level
            : key.SequenceEqual("orgId"u8) ? Field.OrgId
            : key.SequenceEqual("uname"u8) ? Field.Login
            : key.SequenceEqual("error"u8) ? Field.Error
            : Field.None,
        6 => key.SequenceEqual("logger"u8) ? Field.Logger
            : key.SequenceEqual("userId"u8) ? Field.UserId
            : key.SequenceEqual("userID"u8) ? Field.RenderedFor
            : key.SequenceEqual("method"u8) ? Field.Method
            : key.SequenceEqual("status"u8) ? Field.Status
            : key.SequenceEqual("client"u8) ? Field.Client
            : Field.None,
        7 => key.SequenceEqual("time_ms"u8) ? Field.TimeMs : key.SequenceEqual("referer"u8) ? Field.Referer : Field.None,
        11 =>
            key.SequenceEqual("remote_addr"u8) ? Field.RemoteAddress : key.SequenceEqual("permissions"u8) ? Field.Permissions : Field.None,
        14 => key.SequenceEqual("errorMessageID"u8) ? Field.ErrorMessageId : Field.None,
        _ => Field.None,
    };

    /// <summary>Keeps a value if it is one that is looked at.</summary>
    private void Take(scoped ReadOnlySpan<byte> key, in LogText value)
    {
        Field field = Identify(key);
        if (field != Field.None)
            Keep(field, in value);
    }

    /// <summary>The first of two equal keys wins: the context keys, which Grafana writes itself, come first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Keep(Field field, in LogText value)
    {
        if ((seen & field) != 0)
            return;
        seen |= field;

        switch (field)
        {
            case Field.Time:
                Time = value.IsEscaped ? null : LogTime.Parse(value.Raw);
                break;
            case Field.UserId:
                UserId = Number(value);
                break;
            case Field.RenderedFor:
                RenderedFor = Number(value);
                break;
            case Field.OrgId:
                OrgId = Number(value);
                break;
            case Field.Status:
                Status = SmallNumber(value);
                break;
            case Field.TimeMs:
                TimeMs = Number(value);
                break;
            case Field.Logger:
                Logger = value;
                break;
            case Field.Message:
                Message = value;
                break;
            case Field.Login:
                Login = value;
                break;
            case Field.Method:
                Method = value;
                break;
            case Field.Path:
                Path = value;
                break;
            case Field.RemoteAddress:
                RemoteAddress = value;
                break;
            case Field.Referer:
                Referer = value;
                break;
            case Field.User:
                User = value;
                break;
            case Field.Identity:
                Identity = value;
                break;
            case Field.ErrorMessageId:
                ErrorMessageId = value;
                break;
            case Field.Error:
                Error = value;
                break;
            case Field.Client:
                Client = value;
                break;
            case Field.Permissions:
                Permissions = value;
                break;
        }
    }
}
