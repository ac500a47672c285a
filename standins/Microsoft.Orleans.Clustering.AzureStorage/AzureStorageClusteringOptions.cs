using System.Diagnostics.CodeAnalysis;
using Azure.Data.Tables;

namespace Orleans.Clustering.AzureStorage;

/// <summary>Which table of which account.</summary>
public class AzureStorageOperationOptions
{
    private TableServiceClient? _tableServiceClient;

    /// <summary>Letters and digits.</summary>
    public virtual string TableName { get; set; } = null!;

    [DisallowNull]
    public TableServiceClient? TableServiceClient
    {
        get => _tableServiceClient;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _tableServiceClient = value;
        }
    }
}

/// <summary>The table that silos find one another in.</summary>
public class AzureStorageClusteringOptions : AzureStorageOperationOptions
{
    public const string DEFAULT_TABLE_NAME = "OrleansSiloInstances";

    public override string TableName { get; set; } = DEFAULT_TABLE_NAME;
}
