using System.Globalization;
using Orleans.Runtime;

namespace Orleans;

/// <summary>What can be asked of a grain or of a reference to one.</summary>
public static class GrainExtensions
{
    /// <summary>A reference to the same grain by another of its interfaces.</summary>
    public static TGrainInterface AsReference<TGrainInterface>(this IAddressable grain) =>
        (TGrainInterface)grain.AsReference(typeof(TGrainInterface));

    /// <inheritdoc cref="AsReference{TGrainInterface}"/>
    public static object AsReference(this IAddressable grain, Type interfaceType)
    {
        var reference = ReferenceOf(grain);
        return interfaceType.IsInstanceOfType(reference) ? reference : reference.Runtime.Cast(reference, interfaceType);
    }

    /// <inheritdoc cref="AsReference{TGrainInterface}"/>
    public static TGrainInterface Cast<TGrainInterface>(this IAddressable grain) => grain.AsReference<TGrainInterface>();

    /// <inheritdoc cref="AsReference{TGrainInterface}"/>
    public static object Cast(this IAddressable grain, Type interfaceType) => grain.AsReference(interfaceType);

    public static GrainId GetGrainId(this IAddressable grain) => grain switch
    {
        IGrainBase { GrainContext: { } context } => context.GrainId,
        GrainReference reference => reference.GrainId,
        _ => throw new ArgumentException(
            $"A grain id is asked of a grain or a grain reference, but got {grain?.GetType().FullName ?? "null"}.", nameof(grain)),
    };

    public static string GetPrimaryKeyString(this IAddressable grain) => grain.GetGrainId().Key.ToString()!;

    /// <summary>The key of a grain with an integer key (hexadecimal in its id).</summary>
    public static long GetPrimaryKeyLong(this IAddressable grain)
    {
        var key = grain.GetPrimaryKeyString();
        return long.TryParse(key, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new InvalidOperationException($"An integer key is hexadecimal digits, but the key of {grain.GetGrainId()} is not.");
    }

    public static Guid GetPrimaryKey(this IAddressable grain)
    {
        var key = grain.GetPrimaryKeyString();
        return Guid.TryParseExact(key, "N", out var value)
            ? value
            : throw new InvalidOperationException($"A GUID key is 32 hexadecimal digits, but the key of {grain.GetGrainId()} is not.");
    }

    private static GrainReference ReferenceOf(IAddressable grain) => grain switch
    {
        null => throw new ArgumentNullException(nameof(grain)),
        GrainReference reference => reference,
        IGrainBase { GrainContext: { } context } => context.GrainReference,
        _ => throw new ArgumentException(
            $"A reference is made of a grain or a grain reference, but got {grain.GetType().FullName}.", nameof(grain)),
    };
}
