using System.Buffers;

namespace Athena.Common.Grafana.Api;

/// <summary>
/// Takes an answer while it arrives: one that anybody can make long is never held as a whole, nor refused for its length. One use.
/// </summary>
internal interface IAnswerReader
{
    /// <summary>
    /// What was read, a <see cref="Misfit"/>, or null when it is not what was asked for. To be asked when all has been taken.
    /// </summary>
    object? Result { get; }

    /// <summary>Takes what it can.</summary>
    /// <param name="arrived">What has arrived and was not taken yet.</param>
    /// <param name="isLast">Nothing comes behind it.</param>
    /// <returns>Up to where it was taken; the rest is given again, with more. Null: enough has been seen, nothing more is wanted.</returns>
    SequencePosition? Take(ReadOnlySequence<byte> arrived, bool isLast);
}
