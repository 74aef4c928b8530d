using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.State;

namespace Athena.ActiveUsers.State;

/// <summary>The state in memory and its way to disk. Worked on by one loop.</summary>
internal sealed class ActiveUsersMemory(ActiveUsersState state, IStateStore<ActiveUsersState> store) : ITelegramMemory
{
    public ActiveUsersState State => state;

    /// <summary>Why the state could not be written; null when it is on disk.</summary>
    public string? SaveProblem { get; private set; }

    /// <summary>Writes the state now. When the disk refuses, the daemon goes on with what it has in memory.</summary>
    public bool Save()
    {
        SaveProblem = store.TryAppend(state, out var problem) ? null : problem ?? "The state could not be written.";
        return SaveProblem is null;
    }

    /// <inheritdoc/>
    public string? MovedTo(string chat) => state.MovedChats.GetValueOrDefault(chat);

    /// <inheritdoc/>
    public void Moved(string chat, string newChat)
    {
        if (state.MovedChats.GetValueOrDefault(chat) == newChat) return;
        state.MovedChats[chat] = newChat;
        Save();
        HasMoved?.Invoke(chat, newChat);
    }

    /// <summary>The chat of the settings has another number now; said once.</summary>
    public event Action<string, string>? HasMoved;
}
