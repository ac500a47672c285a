using System.Buffers.Binary;
using System.Text;
using Sweep.Models.Formats;
using Sweep.Models.Weights;
using Sweep.Recipes;
using Sweep.Testing;

namespace Sweep.Models.Tests;

/// <summary>Files of weights from anywhere: read, or refused with <see cref="InvalidDataException"/>, and never with more memory than the file has times a few.</summary>
public sealed class FormatFuzzTests : IDisposable
{
    /// <summary>Bytes that one reading of a file of kilobytes may allocate.</summary>
    private const long MostAllocated = 64 << 20;

    private static readonly Net s_net = Net.Fresh(ViTShape.Dense(8, 1, 4, 3, 8, 1, 2, 2), 1);

    private readonly string _folder = Directory.CreateTempSubdirectory("sweep-fuzz-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void MutatedSafeTensors_AreReadOrRefused(int seed)
    {
        ModelFolder.Write(_folder, s_net);
        var sound = File.ReadAllBytes(Path.Combine(_folder, ModelFolder.WeightsFile));
        var refused = 0;
        Mutations.Try(seed, rounds: 600, mutations =>
        {
            var bytes = mutations.Random.Next(2) == 0 ? mutations.Bytes(sound) : WithHeader(mutations, sound);
            refused += Refuses(() =>
            {
                foreach (var tensor in SafeTensors.Read("file", bytes).Values.Where(tensor => tensor.Type is "F32" or "F16" or "BF16"))
                {
                    Assert.Equal(tensor.Shape.Aggregate(1L, (product, length) => product * length), tensor.Floats().LongLength);
                }
            });
        });
        Assert.InRange(refused, 100, 600);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void MutatedCheckpointsOfPyTorch_AreReadOrRefused(int seed)
    {
        byte[][] sound = [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Recorded"), "*.pth").Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        var refused = 0;
        Mutations.Try(seed, rounds: 600, mutations =>
        {
            var bytes = mutations.Bytes(mutations.Pick(sound));
            var path = Path.Combine(_folder, "file.pth");
            File.WriteAllBytes(path, bytes);
            refused += Refuses(() => WeightsFile.Open(path).Tensors());
        });
        Assert.InRange(refused, 100, 600);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void MutatedModelFolders_AreReadOrRefused(int seed)
    {
        ModelFolder.Write(_folder, s_net);
        var (weights, shape) = (Path.Combine(_folder, ModelFolder.WeightsFile), Path.Combine(_folder, ModelFolder.ShapeFile));
        var (soundWeights, soundShape) = (File.ReadAllBytes(weights), File.ReadAllText(shape));
        Mutations.Try(seed, rounds: 400, mutations =>
        {
            File.WriteAllBytes(weights, mutations.Random.Next(3) == 0 ? mutations.Bytes(soundWeights) : soundWeights);
            File.WriteAllBytes(shape, Encoding.UTF8.GetBytes(mutations.Random.Next(2) == 0 ? mutations.Json(soundShape) : mutations.Text(soundShape)));
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                ModelFolder.Read(_folder);
            }
            catch (StageFaultException e)
            {
                Assert.Equal(FailureReason.DamagedArtifact, e.Reason);
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostAllocated);
        });
    }

    [Theory]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,0]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807],\"data_offsets\":[0,4]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[4,0]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[9223372036854775804,-9223372036854775808]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4294967296,4294967300]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1e99],\"data_offsets\":[0,4]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}")]
    [InlineData("{\"\\ud800\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}")]
    [InlineData("{\"a\":null}")]
    [InlineData("[]")]
    [InlineData("null")]
    public void Header_ThatBreaksARule_IsRefused(string header) =>
        Assert.Equal(1, Refuses(() => SafeTensors.Read("file", WithHeader(Encoding.UTF8.GetBytes(header), new byte[8]))));

    private static int Refuses(Action read)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var refused = 0;
        try
        {
            read();
        }
        catch (InvalidDataException)
        {
            refused = 1;
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostAllocated);
        return refused;
    }

    /// <summary>The header changed as JSON, its length right again.</summary>
    private static byte[] WithHeader(Mutations mutations, byte[] sound)
    {
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(sound);
        return WithHeader(Encoding.UTF8.GetBytes(mutations.Json(Encoding.UTF8.GetString(sound, 8, length))), sound.AsSpan(8 + length));
    }

    private static byte[] WithHeader(byte[] header, ReadOnlySpan<byte> data)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. data];
    }
}
