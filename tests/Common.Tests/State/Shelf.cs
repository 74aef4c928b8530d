using System.Text.Json.Serialization;
using Athena.Common.State;

namespace Athena.Common.Tests.State;

/// <summary>A state that is one long list, and a few things beside.</summary>
internal sealed class Shelf
{
    public required string Owner { get; set; }

    public string? Note { get; set; }

    public List<int> Visits { get; set; } = [];

    public List<Book> Books { get; set; } = [];

    public static StateForm<Shelf> Form(int format = 2) =>
        new ItemsForm<Shelf, Book>(ShelfJson.Default.Shelf, "Books", ShelfJson.Default.Book, shelf => shelf.Books, format);
}

/// <summary>One of the list.</summary>
internal sealed class Book : StateItem
{
    public required string Title { get; set => Set(ref field, value); }

    public int Read { get; set => Set(ref field, value); }
}

[JsonSerializable(typeof(Shelf))]
internal sealed partial class ShelfJson : JsonSerializerContext;
