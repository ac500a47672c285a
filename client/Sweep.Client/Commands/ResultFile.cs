using Sweep.Planning;

namespace Sweep.Client.Commands;

/// <summary>
/// A result in a file, wherever a command asks for an experiment only to read it. A name of an experiment has neither dot nor slash, so what has one is a
/// file: nothing needs to say which is meant.
/// </summary>
internal static class ResultFile
{
    public static bool Is(string experiment) => experiment.AsSpan().IndexOfAny('.', '/', Path.DirectorySeparatorChar) >= 0;

    /// <exception cref="ClientException">There is no such file, it cannot be read, or it is no result.</exception>
    public static ExportedResult Read(string file)
    {
        try
        {
            return ExportedResult.Read(File.ReadAllText(file), file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ClientException(ExitCode.NotFound, $"There is no result file '{file}'.", "'sweep export NAME --format json' writes one; the name of an experiment has neither dot nor slash.");
        }
        catch (InvalidDataException e)
        {
            throw new ClientException(ExitCode.Usage, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClientException(ExitCode.Error, $"A result file must be readable, but '{file}' is not: {e.Message}");
        }
    }

    /// <summary>Says that what is shown is not the cluster's, beside the answer.</summary>
    public static ExportedResult Show(string file, Surroundings surroundings)
    {
        var read = Read(file);
        surroundings.Error.WriteLine($"Imported from {file}: as it stood when it was exported.");
        return read;
    }
}
