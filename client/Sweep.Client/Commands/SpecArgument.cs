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

    private readonly Option<string[]> _warmStart = new("--warm-start")
    {
        Description = "A file of trials that the search starts from, as 'sweep import' reads them; they become part of what is submitted. May be given more than once.",
        HelpName = "file",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => [],
    };

    public void AddTo(Command command)
    {
        command.Add(several ? _files : _file);
        command.Add(_set);
        command.Add(_warmStart);
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

    /// <summary>A file as it is.</summary>
    /// <inheritdoc cref="Read(ParseResult, Surroundings)"/>
    public static SweepSpec ReadFile(string file) => Named(file, () => SweepSpecReader.ReadFile(file));

    private SweepSpec Read(string file, ParseResult parsed, Surroundings surroundings)
    {
        var overrides = parsed.GetValue(_set) ?? [];
        var trials = parsed.GetValue(_warmStart) ?? [];
        return Named(file, () =>
        {
            if (file != "-" && overrides.Length == 0 && trials.Length == 0)
            {
                return SweepSpecReader.ReadFile(file);
            }

            var (text, name) = file == "-" ? (surroundings.Input.ReadToEnd(), "standard input") : (System.IO.File.ReadAllText(file), file);
            text = SpecOverrides.Apply(text, overrides);
            var spec = SweepSpecReader.Read(text, name);
            return trials.Length == 0 ? spec : SweepSpecReader.Read(SpecOverrides.Apply(text, [ImportedTrials.Override(trials, spec, surroundings)]), name);
        });
    }

    /// <summary>Says of which file it is that it cannot be read.</summary>
    private static SweepSpec Named(string file, Func<SweepSpec> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ClientException(ExitCode.NotFound, $"There is no sweep file '{file}'.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ClientException.SpecUnreadable(file, e.Message);
        }
    }
}
