using Azure.Core;

namespace Azure.Data.Tables;

/// <summary>How tables are reached.</summary>
public class TableClientOptions : ClientOptions
{
    private const ServiceVersion LatestVersion = ServiceVersion.V2020_12_06;

    public TableClientOptions(ServiceVersion serviceVersion = LatestVersion)
    {
        if (!Enum.IsDefined(serviceVersion))
        {
            throw new ArgumentOutOfRangeException(nameof(serviceVersion), serviceVersion, null);
        }
    }

    /// <summary>Versions of the service's REST interface.</summary>
    public enum ServiceVersion
    {
        V2019_02_02 = 1,
        V2020_12_06 = 2,
    }
}
