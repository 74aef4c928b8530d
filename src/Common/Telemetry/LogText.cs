using Athena.Common.Files;
using Athena.Common.Text;
using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;

namespace Athena.Common.Telemetry;

/// <summary>Log events as text in which no stranger can forge a line. Pure.</summary>
internal static class LogText
{
    private const int Limit = 16 * 1024;

    /// <summary>The message with its values, on one line; texts without the quotes that Serilog puts round them.</summary>
    public static string Message(LogEvent logEvent)
    {
        using var text = new StringWriter();
        foreach (var token in logEvent.MessageTemplate.Tokens)
        {
            if (token is PropertyToken property
                && logEvent.Properties.TryGetValue(property.PropertyName, out var value)
                && value is ScalarValue { Value: string plain })
            {
                text.Write(plain);
            }
            else
            {
                token.Render(logEvent.Properties, text, null);
            }
        }

        var message = text.ToString();
        return VisibleText.Escape(ShownPaths.In(message.Length <= Limit ? message : string.Concat(message.AsSpan(0, Limit), "… (cut)")));
    }

    /// <summary>An exception below its message, each line set in, so that none can be taken for an entry.</summary>
    public static string WithException(string message, Exception? exception)
    {
        if (exception is null)
            return message;

        var lines = exception.ToString().Split('\n').Select(l => "  " + VisibleText.Escape(l.TrimEnd('\r')));
        return message + "\n" + string.Join('\n', lines);
    }

    /// <summary>Gives the console's output template the safe texts instead of the raw ones.</summary>
    internal sealed class Enricher : ILogEventEnricher
    {
        public const string Property = "Visible";

        public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory) =>
            logEvent.AddOrUpdateProperty(new LogEventProperty(
                Property, new ScalarValue(WithException(Message(logEvent), logEvent.Exception))));
    }
}
