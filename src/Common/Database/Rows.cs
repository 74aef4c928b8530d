using Npgsql;

namespace Athena.Common.Database;

/// <summary>Statements with numbered parameters, and what they give. What is sent together is one round trip.</summary>
internal static class Rows
{
    /// <param name="values">For <c>$1</c>, <c>$2</c>…; none may be null.</param>
    public static NpgsqlBatchCommand Statement(string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }

    /// <summary>In the connection's transaction, where one was begun.</summary>
    public static NpgsqlBatch Batch(this NpgsqlConnection connection, params ReadOnlySpan<NpgsqlBatchCommand> commands)
    {
        var batch = connection.CreateBatch();
        foreach (var command in commands) batch.BatchCommands.Add(command);
        return batch;
    }

    /// <summary>Null where the database has none.</summary>
    public static string? GetText(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    /// <summary>
    /// All rows of one statement, each read by its columns' places: one that is missing or of another type is an error, not a zero.
    /// </summary>
    public static async Task<List<T>> QueryAsync<T>(
        this NpgsqlConnection connection, NpgsqlBatchCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancel)
    {
        await using var batch = connection.Batch(command);
        await using var reader = await batch.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        return await reader.RestAsync(read, cancel).ConfigureAwait(false);
    }

    /// <summary>The rows of the next statement of a batch.</summary>
    public static async Task<List<T>> NextAsync<T>(this NpgsqlDataReader reader, Func<NpgsqlDataReader, T> read, CancellationToken cancel)
    {
        await reader.NextResultAsync(cancel).ConfigureAwait(false);
        return await reader.RestAsync(read, cancel).ConfigureAwait(false);
    }

    /// <summary>The rows of this statement that were not read yet.</summary>
    public static async Task<List<T>> RestAsync<T>(this NpgsqlDataReader reader, Func<NpgsqlDataReader, T> read, CancellationToken cancel)
    {
        var rows = new List<T>();
        while (await reader.ReadAsync(cancel).ConfigureAwait(false)) rows.Add(read(reader));
        return rows;
    }
}
