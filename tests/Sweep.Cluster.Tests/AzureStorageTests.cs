using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Sweep.Recipes;
using Sweep.Testing.Azure;
using Xunit.Abstractions;

namespace Sweep.Cluster.Tests;

/// <summary>A silo whose machine holds nothing: grain state and artifacts are in Azure Storage, played by Azurite.</summary>
public sealed class AzureStorageTests(FaultFreeRun reference, ITestOutputHelper output) : IClassFixture<FaultFreeRun>
{
    [AzuriteFact]
    public async Task KilledInTraining_AndStartedOnAnEmptyStateFolder_GoesOnFromTheCheckpointAndEndsTheSame()
    {
        var azurite = await AzuriteServer.RunningAsync();
        var prefix = AzuriteServer.UniqueName("sweep");
        var secret = new Dictionary<string, string> { ["SWEEP_AZURE"] = azurite.ConnectionString };
        string[] options = ["--workers", "2", "--lease", "4s", "--grain-storage", "azure", "--artifact-store", "azure", "--azure-prefix", prefix];
        StageId stage;
        using (var lost = new TemporaryState())
        {
            await using var doomed = await SiloProcess.StartWith(secret, lost.Path, options);
            await doomed.Submit(SmallSweep.Spec);
            stage = (await Waiting.ForAStageInTraining(doomed, epochs: 1)).Stage;
            doomed.Kill();
            Assert.Empty(StateFiles.Stages(lost.Path));
            Assert.Empty(Directory.EnumerateFiles(Path.Combine(lost.Path, "artifacts"), "*", SearchOption.AllDirectories));
        }

        var container = new BlobContainerClient(azurite.ConnectionString, $"{prefix}-grains");
        var before = await Stages(container);
        using var empty = new TemporaryState();
        await using var silo = await SiloProcess.StartWith(secret, empty.Path, options);
        var result = await Waiting.ForTheEnd(silo);

        var stages = await Stages(container);
        reference.AssertSame(result, stages);
        Assert.Matches($"{stage} goes on after [1-9]", silo.Errors);
        Assert.Equal(2, stages[stage].Attempt);
        Assert.All(before.Where(known => known.Value.State == "succeeded"), known => Assert.Equal(known.Value, stages[known.Key]));
        output.WriteLine($"{stage} was in training at the kill; {stages.Count} stages took {stages.Values.Sum(stored => stored.Attempt)} attempts.");
    }

    [AzuriteFact]
    public async Task StartedWithAWrongKey_EndsWithTheReason()
    {
        var azurite = await AzuriteServer.RunningAsync();
        using var state = new TemporaryState();
        var wrong = azurite.ConnectionString.Replace(AzuriteServer.AccountKey, Convert.ToBase64String(new byte[64]), StringComparison.Ordinal);

        var (exitCode, errors) = await SiloProcess.Refused(state.Path, "--workers", "0", "--grain-storage", "azure", "--azure", wrong);

        Assert.Equal(1, exitCode);
        Assert.Matches("(?m)^sweep-silo: Could not open container 'sweep-grains' at http://127[.]0[.]0[.]1:[0-9]+/devstoreaccount1: the credential is refused", errors);
    }

    [AzuriteFact]
    public async Task StartedWithMembershipInAzure_SaysWhichBuildHasIt()
    {
        var azurite = await AzuriteServer.RunningAsync();
        using var state = new TemporaryState();

        var (exitCode, errors) = await SiloProcess.Refused(
            state.Path, "--workers", "0", "--membership", "azure", "--grain-storage", "azure", "--artifact-store", "azure", "--azure", azurite.ConnectionString);

        Assert.Equal(1, exitCode);
        Assert.Matches("(?m)^sweep-silo: .*Microsoft[.]Orleans[.]Clustering[.]AzureStorage", errors);
    }

    private static async Task<IReadOnlyDictionary<StageId, StoredStage>> Stages(BlobContainerClient container)
    {
        var stages = new Dictionary<StageId, StoredStage>();
        await foreach (var blob in container.GetBlobsAsync(new GetBlobsOptions { Prefix = "stage-stage/" }))
        {
            var content = (await container.GetBlobClient(blob.Name).DownloadContentAsync()).Value.Content;
            var stored = StateFiles.Read(blob.Name, content.ToString());
            stages.Add(stored.Stage, stored);
        }

        return stages;
    }
}
