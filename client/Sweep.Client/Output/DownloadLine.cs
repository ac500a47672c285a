using System.Globalization;
using Sweep.Data;

namespace Sweep.Client.Output;

/// <summary>Shows how far a download is: one line that changes on a terminal, a line every tenth of a file elsewhere.</summary>
internal sealed class DownloadLine(Surroundings surroundings) : IProgress<DownloadProgress>
{
    private (string Name, long Part) _told;

    public void Report(DownloadProgress value)
    {
        var parts = surroundings.ErrorIsTerminal ? 1000 : 10;
        var part = value.Of == 0 ? parts : value.Bytes * parts / value.Of;
        if (_told == (value.Name, part))
        {
            return;
        }

        _told = (value.Name, part);
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{value.Name}: {Words.Magnitude(value.Bytes)}B of {Words.Magnitude(value.Of)}B, {100.0 * value.Bytes / Math.Max(value.Of, 1):0} %");
        if (!surroundings.ErrorIsTerminal)
        {
            surroundings.Error.WriteLine(text);
        }
        else
        {
            surroundings.Error.Write($"\r{text.PadRight(Math.Max(surroundings.Width() - 1, 0))}{(value.Bytes >= value.Of ? "\n" : "")}");
        }
    }
}
