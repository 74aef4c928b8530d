using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Athena.Tests.Shared;

/// <summary>What was read from a file that an older version wrote has no hole where the type says that there is none.</summary>
internal static class Wholeness
{
    private static readonly NullabilityInfoContext Nullability = new();

    /// <summary>The path of each property that is null and may not be.</summary>
    public static IReadOnlyList<string> HolesIn(object root)
    {
        List<string> holes = [];
        Look(root, root.GetType().Name, holes);
        return holes;
    }

    /// <summary>
    /// Each property of a persisted type that is null when a file of an older version does not have it, and may not be: what is read by
    /// generated code sets a property with <c>init</c> to nothing then, whatever its initializer says.
    /// </summary>
    /// <param name="root">What is persisted.</param>
    public static IReadOnlyList<string> HolesWhenAbsent(JsonTypeInfo root)
    {
        List<string> holes = [];
        HashSet<Type> seen = [];
        Walk(root);
        return holes;

        void Walk(JsonTypeInfo type)
        {
            if (!seen.Add(type.Type)) return;
            foreach (var part in (Type?[])[type.ElementType, type.KeyType]) if (part is not null) Walk(root.Options.GetTypeInfo(part));
            if (type.Kind != JsonTypeInfoKind.Object) return;
            var parameters = type.Type.GetConstructors().SelectMany(made => made.GetParameters()).Select(parameter => parameter.Name)
                .ToHashSet(StringComparer.OrdinalIgnoreCase);
            object? empty = null;
            foreach (var property in type.Properties)
            {
                if (property is { Set: not null, IsRequired: false } && !property.PropertyType.IsValueType
                    && type.Type.GetProperty(((MemberInfo)property.AttributeProvider!).Name) is { } member
                    && !parameters.Contains(member.Name)
                    && Nullability.Create(member).ReadState == NullabilityState.NotNull)
                {
                    empty ??= type.Properties.Any(other => other.IsRequired) ? null : JsonSerializer.Deserialize("{}", type);
                    if (empty is null ? IsInitOnly(member) : member.GetValue(empty) is null) holes.Add($"{type.Type.Name}.{member.Name}");
                }

                Walk(root.Options.GetTypeInfo(property.PropertyType));
            }
        }
    }

    /// <summary>
    /// Each value of a persisted type that a new object has otherwise than as nothing, or that has to be there: left out of the file
    /// because it is nothing, it would read as something else, or not at all.
    /// </summary>
    /// <param name="root">What is persisted.</param>
    public static IReadOnlyList<string> OthersWhenLeftOut(JsonTypeInfo root)
    {
        List<string> others = [];
        HashSet<Type> seen = [];
        Walk(root);
        return others;

        void Walk(JsonTypeInfo type)
        {
            if (!seen.Add(type.Type)) return;
            foreach (var part in (Type?[])[type.ElementType, type.KeyType]) if (part is not null) Walk(root.Options.GetTypeInfo(part));
            if (type.Kind != JsonTypeInfoKind.Object) return;
            var constructor = type.Type.GetConstructors().OrderByDescending(made => made.GetParameters().Length).FirstOrDefault();
            var made = constructor?.Invoke(
            [
                .. constructor.GetParameters()
                    .Select(one =>
                        one.ParameterType == typeof(string)
                            ? ""
                            : one.ParameterType.IsValueType ? Activator.CreateInstance(one.ParameterType) : null),
            ]);
            foreach (var property in type.Properties.Where(property => property is { Get: not null, Set: not null }))
            {
                Walk(root.Options.GetTypeInfo(property.PropertyType));
                if (made is null || !property.PropertyType.IsValueType || property.ShouldSerialize is not { } isWritten) continue;
                var nothing = Activator.CreateInstance(property.PropertyType);
                if (!isWritten(made, nothing) && (property.IsRequired || !Equals(property.Get!(made), nothing)))
                    others.Add($"{type.Type.Name}.{property.Name}");
            }
        }
    }

    private static bool IsInitOnly(PropertyInfo property) =>
        property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers()
            .Any(modifier => modifier.FullName == "System.Runtime.CompilerServices.IsExternalInit") == true;

    private static void Look(object? value, string path, List<string> holes)
    {
        if (value is null or string || value.GetType() is { IsPrimitive: true } or { IsEnum: true }) return;
        if (value is IEnumerable several)
        {
            foreach (var one in several) Look(one, path + "[]", holes);
            return;
        }

        if (value.GetType().Namespace?.StartsWith("Athena.", StringComparison.Ordinal) != true)
        {
            // The pairs of a dictionary are the only foreign ones that hold any of ours.
            if (value.GetType() is { IsGenericType: true } pair && pair.GetGenericTypeDefinition() == typeof(KeyValuePair<,>))
                Look(pair.GetProperty("Value")!.GetValue(value), path, holes);
            return;
        }

        foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0))
        {
            var held = property.GetValue(value);
            if (held is null && !property.PropertyType.IsValueType && Nullability.Create(property).ReadState == NullabilityState.NotNull)
                holes.Add($"{path}.{property.Name}");
            else Look(held, $"{path}.{property.Name}", holes);
        }
    }
}
