using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Text;
using Npgsql;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>
/// Grain state in PostgreSQL. What is done to the database are the statements that its table <c>OrleansQuery</c> holds, found by key; here
/// are their parameters and what is read of their results. A version that comes back unchanged, or not at all, is a conflict.
/// </summary>
public class AdoNetGrainStorage : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    private readonly AdoNetGrainStorageOptions _options;
    private readonly string _name;
    private readonly string _serviceId;
    private Statements? _statements;

    internal AdoNetGrainStorage(AdoNetGrainStorageOptions options, string name, string serviceId)
    {
        _options = options;
        _name = name;
        _serviceId = serviceId;
    }

    private Statements Known => _statements
        ?? throw new InvalidOperationException($"Grain storage \"{_name}\" must be started before it is used, but its silo has not reached stage {_options.InitStage}.");

    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe($"{nameof(AdoNetGrainStorage)}-{_name}", _options.InitStage, Initialize);

    public async Task ReadStateAsync<T>(string grainType, GrainId grainReference, IGrainState<T> grainState)
    {
        var row = await One(Known.Read, GrainKeyColumns.Of(grainReference), grainType, [], reader => (
            Payload: reader["PayloadBinary"] as byte[], Version: ETag(reader["Version"])));
        grainState.RecordExists = row.Payload is not null;
        grainState.State = row.Payload is null ? default : _options.GrainStorageSerializer.Deserialize<T>(new BinaryData(row.Payload));
        grainState.State ??= StateActivator.Create<T>();
        grainState.ETag = row.Version;
    }

    public async Task WriteStateAsync<T>(string grainType, GrainId grainReference, IGrainState<T> grainState)
    {
        var key = GrainKeyColumns.Of(grainReference);
        var payload = _options.GrainStorageSerializer.Serialize(grainState.State).ToArray();
        var version = await One(
            Known.Write,
            key,
            grainType,
            [Version(grainState), Parameter("PayloadBinary", DbType.Binary, payload)],
            reader => ETag(reader["NewGrainStateVersion"]));
        Check("WriteState", version, grainState.ETag, grainType, key);
        grainState.ETag = version;
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string grainType, GrainId grainReference, IGrainState<T> grainState)
    {
        if (!grainState.RecordExists && string.IsNullOrWhiteSpace(grainState.ETag))
        {
            await ReadStateAsync(grainType, grainReference, grainState);
            if (!grainState.RecordExists)
            {
                return;
            }
        }

        var key = GrainKeyColumns.Of(grainReference);
        var version = await One(
            _options.DeleteStateOnClear ? Known.Delete! : Known.Clear, key, grainType, [Version(grainState)], reader => ETag(reader[0]));
        Check("ClearState", version, grainState.ETag, grainType, key);
        grainState.ETag = _options.DeleteStateOnClear ? null : version;
        grainState.RecordExists = false;
        grainState.State = StateActivator.Create<T>();
    }

    private static NpgsqlParameter Version<T>(IGrainState<T> state) => Parameter(
        "GrainStateVersion",
        DbType.Int32,
        string.IsNullOrWhiteSpace(state.ETag) ? null : int.Parse(state.ETag, CultureInfo.InvariantCulture));

    private static NpgsqlParameter Parameter(string name, DbType type, object? value) =>
        new() { ParameterName = name, DbType = type, Value = value ?? DBNull.Value };

    private static string? ETag(object value) => value is DBNull ? null : Convert.ToString(value, CultureInfo.InvariantCulture);

    private async Task Initialize(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(_options.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand("SELECT QueryKey, QueryText FROM OrleansQuery", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            texts.Add(reader.GetString(0), reader.GetString(1));
        }

        string Text(string key) => texts.TryGetValue(key, out var text)
            ? text
            : throw new InvalidOperationException($"Table OrleansQuery must have the statement \"{key}\", but has {texts.Count} others.");

        _statements = new(
            Text("ReadFromStorageKey"), Text("WriteToStorageKey"), Text("ClearStorageKey"), _options.DeleteStateOnClear ? Text("DeleteStorageKey") : null);
    }

    private async Task<TResult?> One<TResult>(
        string statement, GrainKeyColumns key, string grainType, IEnumerable<NpgsqlParameter> more, Func<DbDataReader, TResult> read)
    {
        if (grainType.Contains('`', StringComparison.Ordinal))
        {
            throw new NotSupportedException($"A state name that names a generic type needs the package Microsoft.Orleans.Persistence.AdoNet, but is \"{grainType}\".");
        }

        await using var connection = new NpgsqlConnection(_options.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        command.Parameters.Add(Parameter("GrainIdHash", DbType.Int32, key.Hash));
        command.Parameters.Add(Parameter("GrainIdN0", DbType.Int64, key.N0));
        command.Parameters.Add(Parameter("GrainIdN1", DbType.Int64, key.N1));
        command.Parameters.Add(Parameter("GrainTypeHash", DbType.Int32, XxHash32.Stored(Encoding.UTF8.GetBytes(grainType))));
        command.Parameters.Add(Parameter("GrainTypeString", DbType.String, grainType));
        command.Parameters.Add(Parameter("GrainIdExtensionString", DbType.String, key.Text));
        command.Parameters.Add(Parameter("ServiceId", DbType.String, _serviceId));
        foreach (var parameter in more)
        {
            command.Parameters.Add(parameter);
        }

        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync() ? read(reader) : default;
    }

    private void Check(string operation, string? stored, string? held, string grainType, GrainKeyColumns key)
    {
        if (stored is null || stored == held)
        {
            throw new InconsistentStateException(
                $"Version conflict ({operation}): ServiceId={_serviceId} ProviderName={_name} GrainType={grainType} GrainId={key} ETag={held}.", null, held);
        }
    }

    private sealed record Statements(string Read, string Write, string Clear, string? Delete);
}
