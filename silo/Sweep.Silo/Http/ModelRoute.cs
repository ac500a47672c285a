using System.Formats.Tar;
using System.Text;
using Microsoft.AspNetCore.Http;
using Sweep.Recipes;

namespace Sweep.Silo.Http;

/// <summary>Hands out a trial's model as a tar of <c>model.safetensors</c>, <c>shape.json</c> and <c>origin.json</c>.</summary>
internal static class ModelRoute
{
    private static readonly string[] s_files = ["model.safetensors", "shape.json"];

    public static async Task<IResult> Get(string name, string trial, TrialModels models, HttpResponse response, CancellationToken cancellationToken)
    {
        using var model = await models.Hold(name, trial, cancellationToken);
        response.ContentType = "application/x-tar";
        await using var tar = new TarWriter(response.Body, TarEntryFormat.Pax, leaveOpen: true);
        foreach (var file in s_files)
        {
            await using var content = File.OpenRead(Path.Combine(model.Folder, file));
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, file) { DataStream = content }, cancellationToken);
        }

        using var origin = new MemoryStream(Encoding.UTF8.GetBytes(CanonicalJson.SerializeIndented(model.Origin) + "\n"));
        await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, ModelOrigin.File) { DataStream = origin }, cancellationToken);
        return Results.Empty;
    }
}
