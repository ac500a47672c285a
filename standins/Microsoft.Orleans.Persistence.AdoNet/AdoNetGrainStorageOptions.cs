using Orleans.Storage;

namespace Orleans.Configuration;

/// <summary>Options of grain storage in a relational database.</summary>
public class AdoNetGrainStorageOptions : IStorageProviderSerializerOptions
{
    public const int DEFAULT_INIT_STAGE = ServiceLifecycleStage.ApplicationServices;

    public const string DEFAULT_ADONET_INVARIANT = "Microsoft.Data.SqlClient";

    /// <summary>Secret.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>When the queries are read from the database.</summary>
    public int InitStage { get; set; } = DEFAULT_INIT_STAGE;

    /// <summary>The database's driver; here <c>Npgsql</c> alone.</summary>
    public string Invariant { get; set; } = DEFAULT_ADONET_INVARIANT;

    /// <summary>Must be set here.</summary>
    public IGrainStorageSerializer GrainStorageSerializer { get; set; } = null!;

    /// <summary>Whether clearing removes the row, or leaves it with its version and without a state. Default: leaves it.</summary>
    public bool DeleteStateOnClear { get; set; }
}
