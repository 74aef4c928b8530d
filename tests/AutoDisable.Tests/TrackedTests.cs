using System.Reflection;
using System.Text.Json.Serialization;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.Common.State;

namespace Athena.AutoDisable.Tests;

/// <summary>
/// What is remembered of an account is written when it has changed and only then, so each property has to say so. A new one that does not
/// would be lost at the next crash.
/// </summary>
internal sealed class TrackedTests
{
    private static readonly PropertyInfo[] Properties = [.. Of(typeof(Account)), .. Of(typeof(LockCase))];

    [TestCaseSource(nameof(Properties))]
    public void A_property_that_is_written_says_when_it_has_changed(PropertyInfo property)
    {
        var owner = property.DeclaringType == typeof(LockCase) ? (Tracked)Case() : new Account { Id = 1, Status = AccountStatus.Locked };
        owner.Settle();
        Assert.That(owner.IsChanged, Is.False);
        property.SetValue(owner, Another(property.PropertyType, property.GetValue(owner)));
        Assert.That(owner.IsChanged, Is.True);
    }

    [TestCaseSource(nameof(Properties))]
    public void What_a_property_holds_cannot_be_changed_in_place(PropertyInfo property)
    {
        var type = property.PropertyType;
        var isCollection = type != typeof(string) && typeof(System.Collections.IEnumerable).IsAssignableFrom(type);
        Assert.That(!isCollection || type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>), type.Name);
        Assert.That(isCollection || typeof(Tracked).IsAssignableFrom(type) || IsImmutable(type), type.Name);
    }

    [Test]
    public void A_change_of_the_case_is_one_of_the_account()
    {
        var account = new Account { Id = 1, Status = AccountStatus.Locked, Case = Case() };
        account.Settle();
        account.Case.Reminded++;
        Assert.That(account.IsChanged, Is.True);
        account.Settle();
        Assert.That(account.IsChanged, Is.False);
    }

    private static LockCase Case() => new() { OpenedAt = DateTimeOffset.UnixEpoch, Person = new Person("a", "b", "c") };

    private static IEnumerable<PropertyInfo> Of(Type type) => type.GetProperties()
        .Where(property =>
            property.DeclaringType == type && property.GetCustomAttribute<JsonIgnoreAttribute>() is null && property.SetMethod is { } set
            && !set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(System.Runtime.CompilerServices.IsExternalInit)));

    private static bool IsImmutable(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(DateTimeOffset)
            || type.GetProperties().All(property => property.SetMethod is not { } set
                || set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(System.Runtime.CompilerServices.IsExternalInit)));
    }

    private static object? Another(Type type, object? present)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain == typeof(bool)) return !(present as bool? ?? false);
        if (plain == typeof(int)) return (present as int? ?? 0) + 1;
        if (plain == typeof(long)) return (present as long? ?? 0) + 1;
        if (plain == typeof(string)) return present + "x";
        if (plain == typeof(DateTimeOffset)) return (present as DateTimeOffset? ?? DateTimeOffset.UnixEpoch).AddDays(1);
        if (plain.IsEnum) return Enum.GetValues(plain).Cast<object>().First(value => !value.Equals(present));
        if (plain == typeof(Person)) return new Person("other", "other", "other");
        if (plain == typeof(Arrival)) return new Arrival(ArrivalKind.SignUpForm, DateTimeOffset.UnixEpoch, null, "10.0.0.1");
        if (plain.IsGenericType) return Array.CreateInstance(plain.GetGenericArguments()[0], 1);
        return present is null ? System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(plain) : null;
    }
}
