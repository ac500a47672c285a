using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Sweep.Testing.Azure;

namespace Azure.Conformance.Tests.Blobs;

/// <summary>Making, listing and deleting containers.</summary>
public class ContainerTests
{
    [AzuriteFact]
    public async Task CreateIfNotExists_TellsWhetherItCreated()
    {
        var container = (await Containers.ServiceAsync()).GetBlobContainerClient(AzuriteServer.UniqueName());
        Assert.False((await container.ExistsAsync()).Value);
        var created = await container.CreateIfNotExistsAsync();
        Assert.NotNull(created);
        Assert.NotEqual(default, created.Value.ETag);
        Assert.Null(await container.CreateIfNotExistsAsync());
        await Containers.RefusedAsync(409, "ContainerAlreadyExists", () => container.CreateAsync());
        Assert.True((await container.ExistsAsync()).Value);
    }

    [AzuriteFact]
    public async Task DeleteIfExists_TellsWhetherItDeleted()
    {
        var container = await Containers.NewAsync();
        Assert.True((await container.DeleteIfExistsAsync()).Value);
        Assert.False((await container.ExistsAsync()).Value);
        Assert.False((await container.DeleteIfExistsAsync()).Value);
    }

    [AzuriteFact]
    public async Task BadName_IsRefusedByTheService()
    {
        var container = (await Containers.ServiceAsync()).GetBlobContainerClient("ab");
        var refused = await Assert.ThrowsAsync<RequestFailedException>(() => container.CreateAsync());
        Assert.Equal(400, refused.Status);
        Assert.False(string.IsNullOrEmpty(refused.ErrorCode));
    }

    [AzuriteFact]
    public async Task Client_SaysWhatItIsOf()
    {
        var azurite = await AzuriteServer.RunningAsync();
        var service = await Containers.ServiceAsync();
        var container = service.GetBlobContainerClient("models");
        var block = container.GetBlockBlobClient("a b/c");
        Assert.Equal((azurite.BlobEndpoint, AzuriteServer.AccountName), (service.Uri, service.AccountName));
        Assert.Equal(("models", AzuriteServer.AccountName), (container.Name, container.AccountName));
        Assert.Equal(("a b/c", "models"), (block.Name, block.BlobContainerName));
        Assert.Equal($"{azurite.BlobEndpoint}/models/a%20b/c", block.Uri.AbsoluteUri);
    }

    [AzuriteFact]
    public async Task List_OfAPrefix_GoesOverPages()
    {
        var container = await Containers.NewAsync();
        for (var i = 0; i < 12; i++)
        {
            await container.UploadBlobAsync($"runs/a&b {i:00}", Containers.Text("x"));
        }

        await container.UploadBlobAsync("other", Containers.Text("x"));
        var options = new GetBlobsOptions { Prefix = "runs/a&b " };

        List<string> names = [];
        var pages = 0;
        await foreach (var page in container.GetBlobsAsync(options).AsPages(pageSizeHint: 5))
        {
            pages++;
            Assert.InRange(page.Values.Count, 1, 5);
            names.AddRange(page.Values.Select(blob => blob.Name));
        }

        Assert.Equal(3, pages);
        Assert.Equal(Enumerable.Range(0, 12).Select(i => $"runs/a&b {i:00}"), names);
        Assert.Equal(13, (await BlobTests.ListAsync(container.GetBlobsAsync())).Count);
        Assert.Empty(await BlobTests.ListAsync(container.GetBlobsAsync(BlobTraits.None, BlobStates.None, "none", CancellationToken.None)));
    }

    [AzuriteFact]
    public async Task List_ContinuesFromAToken()
    {
        var container = await Containers.NewAsync();
        foreach (var name in (string[])["a", "b", "c"])
        {
            await container.UploadBlobAsync(name, Containers.Text(name));
        }

        string? token = null;
        await foreach (var page in container.GetBlobsAsync().AsPages(pageSizeHint: 2))
        {
            token = page.ContinuationToken;
            break;
        }

        await foreach (var page in container.GetBlobsAsync().AsPages(token))
        {
            Assert.Equal("c", Assert.Single(page.Values).Name);
        }
    }

    [AzuriteFact]
    public async Task List_OfAnAbsentContainer_IsAnError()
    {
        var container = (await Containers.ServiceAsync()).GetBlobContainerClient(AzuriteServer.UniqueName());
        await Containers.RefusedAsync(404, "ContainerNotFound", () => BlobTests.ListAsync(container.GetBlobsAsync()));
    }

    [AzuriteFact]
    public async Task BlobsOfAContainer_AreUploadedAndDeletedByName()
    {
        var container = await Containers.NewAsync();
        await container.UploadBlobAsync("x", Containers.Text("1").ToStream());
        await Containers.RefusedAsync(409, "BlobAlreadyExists", () => container.UploadBlobAsync("x", Containers.Text("2")));
        Assert.True((await container.DeleteBlobIfExistsAsync("x")).Value);
        Assert.False((await container.DeleteBlobIfExistsAsync("x")).Value);
        await Containers.RefusedAsync(404, "BlobNotFound", () => container.DeleteBlobAsync("x"));
    }
}
