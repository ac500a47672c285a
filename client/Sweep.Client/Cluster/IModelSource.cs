namespace Sweep.Client.Cluster;

/// <summary>Where trials' models come from.</summary>
internal interface IModelSource
{
    /// <summary>Writes a trial's model, its shape and its origin into a folder.</summary>
    /// <param name="folder">Existing and empty.</param>
    /// <exception cref="ClientException">There is no such trial or model, the trial is not complete, the server wants another token, or nobody answers.</exception>
    Task Fetch(HttpServer server, string experiment, string trial, string folder, CancellationToken cancellationToken);
}
