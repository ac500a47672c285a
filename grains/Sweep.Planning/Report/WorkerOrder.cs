using System.Text.RegularExpressions;

namespace Sweep.Planning.Report;

/// <summary>Workers by name, numbers within names by their value: <c>cuda:10</c> after <c>cuda:9</c>.</summary>
internal static partial class WorkerOrder
{
    public static string KeyOf(string worker) => Digits().Replace(worker, number => number.Value.PadLeft(10, '0'));

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}
