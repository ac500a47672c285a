using Azure.Storage.Blobs;
using Sweep.Grains;
using Sweep.Silo.Artifacts;
using Sweep.Silo.Files;
using Sweep.Silo.Settings;
using Sweep.Silo.Storage;
using Sweep.Silo.Tests.Storage.Azure;
using Sweep.Testing.Azure;

namespace Sweep.Silo.Tests.Artifacts;

/// <summary>What a network and other writers do to a blob store: interrupted uploads, lost answers, cut downloads, two at once.</summary>
public sealed class BlobArtifactStoreTests : IDisposable
{
    private const int BlockBytes = 1 << 16;
    private const int Blocks = 10;

    private readonly TemporaryFolder _folder = new();

    private StorageSettings? _settings;

    public void Dispose() => _folder.Dispose();

    [AzuriteFact]
    public async Task Put_AfterAnInterruptedOne_SendsOnlyWhatIsMissing()
    {
        WriteBlocks();
        var first = new FaultyTransport();
        FailBlock(first, 7);
        var fault = await Assert.ThrowsAsync<IOException>(async () => await Put(await Store(first)));

        var second = new FaultyTransport();
        var artifact = await Put(await Store(second));

        Assert.Matches("^Could not write blob 'files/[0-9a-f]{64}' of container '.*-artifacts' at http://127.0.0.1:[0-9]+/devstoreaccount1: ", fault.Message);
        Assert.Equal((Blocks - 6) * BlockBytes, second.Sent.Where(IsBlock).Sum(request => request.BodyLength));
        await AssertStored(artifact);
    }

    [AzuriteFact]
    public async Task Put_WhoseLastRequestFails_LeavesNothingToSee_AndTheNextSendsTheManifestAlone()
    {
        WriteBlocks();
        var first = new FaultyTransport();
        first.Answer(403, "AuthorizationFailure", only: request => IsManifest(request) && request.Method == "PUT");
        await Assert.ThrowsAsync<IOException>(async () => await Put(await Store(first)));
        var artifact = (await LocalFiles.Describe(_folder["in"], null, CancellationToken.None)).Manifest.Id;
        await Assert.ThrowsAsync<DamagedArtifactException>(async () => await (await Store()).Materialize(artifact, _folder["out"], CancellationToken.None));

        var second = new FaultyTransport();
        Assert.Equal(artifact, await Put(await Store(second)));

        var written = Assert.Single(second.Sent, request => request.Method == "PUT");
        Assert.True(IsManifest(written));
        await AssertStored(artifact);
    }

    [AzuriteFact]
    public async Task Put_OfAFileThatAnotherArtifactHas_SendsItNotAgain()
    {
        WriteBlocks();
        await Put(await Store());
        _folder.Write("in/result.json", "{}");
        var transport = new FaultyTransport();

        var artifact = await Put(await Store(transport));

        Assert.DoesNotContain(transport.Sent, IsBlock);
        Assert.Equal(2, transport.Sent.Count(request => request.Method == "PUT"));
        await AssertStored(artifact);
    }

    [AzuriteFact]
    public async Task Put_OfEqualBlocks_SendsThemOnce()
    {
        _folder.Write("in/zeros", new string('0', Blocks * BlockBytes));
        var transport = new FaultyTransport();

        await AssertStored(await Put(await Store(transport)));

        Assert.Single(transport.Sent, IsBlock);
    }

    [AzuriteFact]
    public async Task Put_WhoseAnswersAreLost_Succeeds()
    {
        WriteBlocks();
        var transport = new FaultyTransport();
        transport.LoseAnswer(only: request => IsBlock(request));
        transport.LoseAnswer(only: request => request.Asks("blocklist") && request.Method == "PUT");
        transport.LoseAnswer(only: request => IsManifest(request) && request.Method == "PUT");
        transport.LoseRequest(only: request => IsBlock(request));
        transport.Throttle(only: request => IsBlock(request));

        var artifact = await Put(await Store(transport));

        Assert.Equal(0, transport.FaultsLeft);
        await AssertStored(artifact);
    }

    [AzuriteFact]
    public async Task Put_ByTwoThatShareBlocks_EndsWell()
    {
        WriteBlocks();
        var slow = new FaultyTransport();
        var commit = slow.Hold(only: request => request.Asks("blocklist") && request.Method == "PUT");
        var waiting = Put(await Store(slow));
        await commit.Arrived;

        var artifact = await Put(await Store()); // its commit makes the service forget what the other has staged
        commit.Release();

        Assert.Equal(artifact, await waiting);
        await AssertStored(artifact);
    }

    [AzuriteFact]
    public async Task Put_ByTwoOfWhichTheFirstCommitsWhileTheOtherStages_EndsWell()
    {
        WriteBlocks();
        var slow = new FaultyTransport();
        var number = 0;
        var block = slow.Hold(only: request => IsBlock(request) && Interlocked.Increment(ref number) == 5);
        var waiting = Put(await Store(slow));
        await block.Arrived;

        var artifact = await Put(await Store());
        block.Release();

        Assert.Equal(artifact, await waiting);
        await AssertStored(artifact);
    }

    [AzuriteFact]
    public async Task Put_OfAFileThatChangesMeanwhile_IsRefused()
    {
        WriteBlocks();
        var transport = new FaultyTransport();
        var block = transport.Hold(only: IsBlock);
        var putting = Put(await Store(transport));
        await block.Arrived;
        File.WriteAllBytes(_folder["in", "weights"], Bytes(seed: 2));
        block.Release();

        var fault = await Assert.ThrowsAsync<IOException>(() => putting);

        Assert.Contains("must stay as it is", fault.Message, StringComparison.Ordinal);
    }

    [AzuriteFact]
    public async Task Materialize_WhoseConnectionIsCut_GoesOnWhereItBroke()
    {
        WriteBlocks();
        var artifact = await Put(await Store());
        var transport = new FaultyTransport();
        transport.CutBody(3 * BlockBytes, only: IsFile);
        transport.CutBody(2 * BlockBytes, only: IsFile);

        await (await Store(transport)).Materialize(artifact, _folder["out"], CancellationToken.None);

        Assert.Equal(Bytes(seed: 1), File.ReadAllBytes(_folder["out", "weights"]));
        Assert.Equal(
            [0, 3 * BlockBytes, 5 * BlockBytes],
            transport.Sent.Where(IsFile).Select(RangeStart));
    }

    [AzuriteFact]
    public async Task Materialize_WhoseConnectionAlwaysBreaks_SaysWhichBlobAndLeavesNothing()
    {
        WriteBlocks();
        var artifact = await Put(await Store());
        var transport = new FaultyTransport();
        transport.CutBody(0, times: 100, only: IsFile);

        var store = await Store(transport);
        var fault = await Assert.ThrowsAsync<IOException>(() => store.Materialize(artifact, _folder["out"], CancellationToken.None));

        Assert.Matches("^Could not read blob 'files/[0-9a-f]{64}' of container", fault.Message);
        Assert.Equal(["in"], Directory.EnumerateDirectories(_folder.Path).Select(Path.GetFileName));
    }

    [AzuriteFact]
    public async Task Put_WithAWrongKey_SaysWhichBlobAndWhatIsNeeded()
    {
        WriteBlocks();
        await Store();
        var wrong = _settings!.Azure!.Replace(AzuriteServer.AccountKey, Convert.ToBase64String(new byte[64]), StringComparison.Ordinal);
        var store = ArtifactStores.Open(_settings with { Azure = wrong }, new StateFolder(_folder["state"]));

        var fault = await Assert.ThrowsAsync<IOException>(() => Put(store));

        Assert.Contains($"of container '{_settings.ArtifactContainer}'", fault.Message, StringComparison.Ordinal);
        Assert.Contains("the credential is refused (403", fault.Message, StringComparison.Ordinal);
    }

    [AzuriteFact]
    public async Task Open_TakesTheStoreOfTheSettings()
    {
        WriteBlocks();
        await Store();
        var state = new StateFolder(_folder["state"]);

        await AssertStored(await Put(ArtifactStores.Open(_settings!, state)));

        var elsewhere = new StorageSettings { ArtifactFolder = _folder["shared"] };
        Assert.IsType<DirectoryArtifactStore>(ArtifactStores.Open(elsewhere, state));
        await Put(ArtifactStores.Open(elsewhere, state));
        Assert.True(Directory.Exists(_folder["shared"]));
        Assert.False(Directory.Exists(_folder["state"]));
    }

    private static bool IsBlock(SentRequest request) => request.Asks("block");

    private static bool IsFile(SentRequest request) => request.Method == "GET" && request.Uri.AbsolutePath.Contains("/files/", StringComparison.Ordinal);

    private static bool IsManifest(SentRequest request) => request.Uri.AbsolutePath.EndsWith("/manifest.json", StringComparison.Ordinal);

    /// <summary>A refusal that no retry helps.</summary>
    private static void FailBlock(FaultyTransport transport, int number)
    {
        var seen = 0;
        transport.Answer(403, "AuthorizationFailure", only: request => IsBlock(request) && Interlocked.Increment(ref seen) == number);
    }

    private static long RangeStart(SentRequest request)
    {
        var range = request.Headers.GetValueOrDefault("x-ms-range") ?? request.Headers.GetValueOrDefault("range");
        return range is null ? 0 : long.Parse(range["bytes=".Length..range.IndexOf('-', StringComparison.Ordinal)], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static byte[] Bytes(int seed)
    {
        var bytes = new byte[Blocks * BlockBytes];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static Task<ArtifactId> Put(IArtifactStore store, string folder) => store.Put(folder, null, CancellationToken.None);

    private Task<ArtifactId> Put(IArtifactStore store) => Put(store, _folder["in"]);

    private void WriteBlocks()
    {
        Directory.CreateDirectory(_folder["in"]);
        File.WriteAllBytes(_folder["in", "weights"], Bytes(seed: 1));
    }

    /// <summary>Of this test's own container, as another process would open it.</summary>
    private async Task<BlobArtifactStore> Store(FaultyTransport? transport = null)
    {
        if (_settings is null)
        {
            _settings = await AzureSilo.Settings();
            await new BlobContainerClient(_settings.Azure!, _settings.ArtifactContainer).CreateAsync();
        }

        var service = AzureClients.For(_settings).Blobs(AzureSilo.Impatient(transport ?? new FaultyTransport()));
        return new BlobArtifactStore(service.GetBlobContainerClient(_settings.ArtifactContainer), BlockBytes);
    }

    private async Task AssertStored(ArtifactId artifact)
    {
        await (await Store()).Materialize(artifact, _folder["out"], CancellationToken.None);
        var files = Directory.EnumerateFiles(_folder["in"], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(_folder["out", Path.GetRelativePath(_folder["in"], file)])));
    }
}
