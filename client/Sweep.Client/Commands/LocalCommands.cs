using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Sweep.Client.Cluster;
using Sweep.Client.Output;
using Sweep.Client.Settings;

namespace Sweep.Client.Commands;

/// <summary>Commands about this program itself.</summary>
internal static class LocalCommands
{
    public static string ProductVersion { get; } = typeof(LocalCommands).Assembly.GetName().Version!.ToString(3);

    public static Command Version(CommonOptions common, Surroundings surroundings)
    {
        var command = new Command("version", "Show the version.");
        command.SetAction(parsed =>
        {
            var document = new JsonObject { ["client"] = ProductVersion, ["runtime"] = RuntimeInformation.FrameworkDescription };
            AnswerWriter.Write(
                new Answer
                {
                    Document = new(document),
                    Items = new([document]),
                    Rows = [["client", "runtime"], [ProductVersion, RuntimeInformation.FrameworkDescription]],
                    Show = console => console.Profile.Out.Writer.WriteLine($"sweep {ProductVersion} ({RuntimeInformation.FrameworkDescription})"),
                },
                common.Settle(parsed, surroundings).Form,
                surroundings);
        });
        return command;
    }

    /// <summary>Becomes <c>sweep-silo</c>: same process, same terminal, so that signals and exit code are the silo's own.</summary>
    public static Command Silo(CommonOptions common, Surroundings surroundings)
    {
        var flags = new Argument<string[]>("flags") { Description = "Flags of sweep-silo; 'sweep silo --help' tells them.", Arity = ArgumentArity.ZeroOrMore, CaptureRemainingTokens = true };
        var command = new Command("silo", "Start a silo by hand; with --join host:port it joins another.") { flags };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(Become);
        return command;

        int Become(ParseResult parsed)
        {
            List<string> arguments = [.. (parsed.GetValue(flags) ?? []).SkipWhile(flag => flag == "--")];
            var program = ProgramFile.Silo.Find(surroundings.Variable, AppContext.BaseDirectory);
            if (!arguments.Exists(argument => argument == "--state" || argument.StartsWith("--state=", StringComparison.Ordinal)))
            {
                arguments.AddRange(["--state", common.Settle(parsed, surroundings).State]);
            }

            surroundings.Output.Flush();
            surroundings.Error.Flush();
            PosixSignals.Replace(program, [program, .. arguments, null]);
            throw new ClientException(ExitCode.Error, $"The silo must be executable, but '{program}' cannot be started: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    public static Command Completion(Surroundings surroundings)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh, fish or pwsh." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        var command = new Command("completion", "Print a script that completes sweep's commands in a shell.") { shell };
        command.SetAction(parsed => surroundings.Output.Write(parsed.GetValue(shell) switch
        {
            "zsh" => """
                # In ~/.zshrc: source <(sweep completion zsh)
                _sweep() {
                  local -a found
                  found=("${(@f)$(sweep "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
                  compadd -a found
                }
                compdef _sweep sweep

                """,
            "fish" => """
                # sweep completion fish > ~/.config/fish/completions/sweep.fish
                complete -c sweep -a '(sweep "[suggest:"(commandline -C)"]" (commandline) 2>/dev/null)'

                """,
            "pwsh" => """
                # In $PROFILE: sweep completion pwsh | Out-String | Invoke-Expression
                Register-ArgumentCompleter -Native -CommandName sweep -ScriptBlock {
                  param($word, $line, $position)
                  sweep "[suggest:$position]" "$line" 2>$null | ForEach-Object {
                    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
                  }
                }

                """,
            _ => """
                # In ~/.bashrc: source <(sweep completion bash)
                _sweep() {
                  local IFS=$'\n'
                  COMPREPLY=($(compgen -W "$(sweep "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
                }
                complete -o default -F _sweep sweep

                """,
        }));
        return command;
    }
}
