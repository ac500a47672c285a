using System.Security.Cryptography;
using System.Text;

namespace Sweep.Planning.Report;

/// <summary>The script of a page: several files of this assembly as one element, and the policy that lets it alone run.</summary>
internal sealed class ReportScript
{
    public ReportScript(params string[] files)
    {
        Text = string.Join('\n', files.Select(HtmlReport.Resource));
        ContentPolicy = $"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes($"\n{Text}\n")))}'";
    }

    /// <summary>What stands between the lines of the script element.</summary>
    public string Text { get; }

    /// <summary>It loads nothing, and runs its own script alone, known by its digest.</summary>
    public string ContentPolicy { get; }
}
