using System.Net.Sockets;
using System.Text;
using Npgsql;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using Sweep.Recipes;

namespace Sweep.Silo.Storage.Postgres;

/// <summary>
/// What Orleans' provider for databases leaves to its caller. Its rows do not tell grain types apart, and take a key that reads as a
/// hexadecimal number for that number, so that 1 and 01 would be one grain: here the key is the whole grain id. A connection that breaks is
/// tried again; whether a write went through before it broke is then read back. Faults are told in words.
/// </summary>
public sealed class PostgresGrainStorage(IGrainStorage inner, TimeProvider time) : IGrainStorage
{
    /// <summary>Before each further try.</summary>
    private static readonly TimeSpan[] s_pauses = [TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(1)];

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Try("read", stateName, grainId, _ => inner.ReadStateAsync(stateName, RowKey(grainId), grainState));

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Try("write", stateName, grainId, repeated => Write(stateName, RowKey(grainId), grainState, repeated));

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Try("clear", stateName, grainId, repeated => Clear(stateName, RowKey(grainId), grainState, repeated));

    /// <summary>Contains '/', which no number does.</summary>
    private static GrainId RowKey(GrainId grain) => GrainId.Create(grain.Type, grain.ToString());

    private async Task Write<T>(string stateName, GrainId row, IGrainState<T> state, bool repeated)
    {
        try
        {
            await inner.WriteStateAsync(stateName, row, state);
        }
        catch (InconsistentStateException) when (repeated)
        {
            var stored = await Read<T>(stateName, row);
            if (!stored.RecordExists || !Same(stored.State, state.State))
            {
                throw;
            }

            state.ETag = stored.ETag;
            state.RecordExists = true;
        }
    }

    private async Task Clear<T>(string stateName, GrainId row, IGrainState<T> state, bool repeated)
    {
        try
        {
            await inner.ClearStateAsync(stateName, row, state);
        }
        catch (InconsistentStateException) when (repeated)
        {
            var stored = await Read<T>(stateName, row);
            if (stored.RecordExists)
            {
                throw;
            }

            (state.State, state.ETag, state.RecordExists) = (stored.State, stored.ETag, false);
        }
    }

    private async Task<GrainState<T>> Read<T>(string stateName, GrainId row)
    {
        var stored = new GrainState<T>();
        await inner.ReadStateAsync(stateName, row, stored);
        return stored;
    }

    private static bool Same<T>(T? one, T? other) => CanonicalJson.Serialize(one) == CanonicalJson.Serialize(other);

    private async Task Try(string doing, string stateName, GrainId grain, Func<bool, Task> access)
    {
        for (var failed = 0; ; failed++)
        {
            try
            {
                await access(failed > 0);
                return;
            }
            catch (NpgsqlException e) when (IsPassing(e) && failed < s_pauses.Length)
            {
                await Task.Delay(s_pauses[failed], time);
            }
            catch (NpgsqlException e)
            {
                throw new GrainStorageException($"Could not {doing} state '{stateName}' of grain {grain} in PostgreSQL: {Reason(e)}", e);
            }
        }
    }

    /// <summary>The server ended the connection, or cannot be reached just now; another try may find it well.</summary>
    private static bool IsPassing(NpgsqlException fault) => fault.IsTransient || fault.InnerException is IOException or SocketException;

    private static string Reason(NpgsqlException fault)
    {
        var reason = new StringBuilder(fault.Message);
        if (fault.InnerException is { } inner)
        {
            reason.Append(": ").Append(inner.Message);
        }

        return reason.ToString();
    }
}
