using System.CommandLine;
using Sweep.Client.Settings;
using Sweep.Planning;

namespace Sweep.Client.Commands;

/// <summary>The sweep file of a command, or several, with <c>--set</c>.</summary>
internal sealed class SpecArgument(bool several = false)
{
    private readonly Argument<string> _file = new("file") { Description = "The sweep file; - for standard input." };

    private readonly Argument<string[]> _files = new("file")
    {
        Description = "The sweep file; - for standard input. Several are compared.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Sets a value of the file, for example --set finetune.epochs=3. May be given more than once.",
        HelpName = "path=value",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => [],
    };

    public void AddTo(Command command)
    {
        command.Add(several ? _files : _file);
        command.Add(_set);
    }

    public string File(ParseResult parsed) => several ? parsed.GetRequiredValue(_files)[0] : parsed.GetRequiredValue(_file);

    /// <exception cref="SweepSpecException">It breaks rules.</exception>
    /// <exception cref="ClientException">There is no such file, or it cannot be read.</exception>
    public SweepSpec Read(ParseResult parsed, Surroundings surroundings) => Read(File(parsed), parsed, surroundings);

    /// <summary>All of them, by their files.</summary>
    /// <exception cref="SweepSpecException">One breaks rules.</exception>
    /// <exception cref="ClientException">There is no such file, or it cannot be read.</exception>
    public IReadOnlyList<(string File, SweepSpec Spec)> ReadAll(ParseResult parsed, Surroundings surroundings) =>
        [.. parsed.GetRequiredValue(_files).Select(file => (file, Read(file, parsed, surroundings)))];

    private SweepSpec Read(string file, ParseResult parsed, Surroundings surroundings)
    {
        var overrides = parsed.GetValue(_set) ?? [];
        try
        {
            if (file == "-")
            {
                return SweepSpecReader.Read(SpecOverrides.Apply(surroundings.Input.ReadToEnd(), overrides), "standard input");
            }

            return overrides.Length == 0
                ? SweepSpecReader.ReadFile(file)
                : SweepSpecReader.Read(SpecOverrides.Apply(System.IO.File.ReadAllText(file), overrides), file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ClientException(ExitCode.NotFound, $"There is no sweep file '{file}'.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClientException(ExitCode.Error, $"A sweep file must be readable, but '{file}' is not: {e.Message}");
        }
    }
}
