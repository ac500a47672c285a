using System.Globalization;
using Orleans.Runtime;

namespace Orleans.Calls;

/// <summary>Makes references: finds the grain type of an interface and joins it with a key.</summary>
internal sealed class GrainFactory(GrainCaller caller, IServiceProvider services) : IClusterClient
{
    public IServiceProvider ServiceProvider => services;

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidKey =>
        (TGrainInterface)Make(typeof(TGrainInterface), primaryKey.ToString("N"), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey =>
        (TGrainInterface)Make(typeof(TGrainInterface), primaryKey.ToString("X", CultureInfo.InvariantCulture), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey =>
        (TGrainInterface)Make(typeof(TGrainInterface), primaryKey, grainClassNamePrefix);

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) =>
        (IGrain)Make(grainInterfaceType, grainPrimaryKey, null);

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable => (TGrainInterface)(object)caller.MakeReference(grainId, typeof(TGrainInterface));

    private object Make(Type grainInterface, string primaryKey, string? classNamePrefix)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(primaryKey);
        return caller.MakeReference(GrainId.Create(caller.GrainTypeOf(grainInterface, classNamePrefix), primaryKey), grainInterface);
    }
}
