using System.Text;
using Sweep.Silo.Files;

namespace Sweep.Silo.Storage.Journal;

/// <summary>
/// Takes over the states that a version before the journal left in a file each: all are in the journal, on the disk, before the first file goes.
/// A process that ends in between leaves files that the next one takes, or only removes.
/// </summary>
internal static class FormerGrainFiles
{
    private const int Together = 1000;

    /// <param name="root">Has a folder for each state name, with one for each grain type.</param>
    /// <exception cref="GrainFileDamagedException"/>
    public static async Task TakeOver(string root, GrainJournal journal)
    {
        var files = Directory.EnumerateDirectories(root)
            .SelectMany(Directory.EnumerateDirectories)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.json"))
            .Order(StringComparer.Ordinal)
            .ToList();
        foreach (var some in files.Chunk(Together))
        {
            await Task.WhenAll(some.Select(path => Take(root, path, journal)));
        }

        foreach (var path in files)
        {
            File.Delete(path);
        }

        foreach (var folder in files.Select(path => Path.GetDirectoryName(path)!).Distinct().ToList())
        {
            Directory.Delete(folder, recursive: true); // may hold what a killed process had begun to write
            var above = Path.GetDirectoryName(folder)!;
            if (!Directory.EnumerateFileSystemEntries(above).Any())
            {
                Directory.Delete(above);
            }
        }

        DurableFiles.SyncFolder(root);
    }

    private static async Task Take(string root, string path, GrainJournal journal)
    {
        var (grain, state) = GrainFile.Read(path, await File.ReadAllBytesAsync(path));
        var name = Uri.UnescapeDataString(Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(path)!)!));
        if (GrainFile.PathOf(root, name, grain) != path)
        {
            throw new GrainFileDamagedException(path, $"the state of {grain} must lie in '{GrainFile.PathOf(root, name, grain)}'");
        }

        var key = new RecordKey(name, grain);
        if (!journal.Contains(key))
        {
            await journal.Write(new JournalWrite(key, expected: null, Encoding.UTF8.GetBytes(state)));
        }
    }
}
