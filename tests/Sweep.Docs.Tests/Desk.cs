namespace Sweep.Docs.Tests;

/// <summary>
/// Where pages are typed: a home without settings, and for each page a folder that looks like a checkout. What the pages compute lies in one state
/// folder, so that a sweep which two of them run is computed once.
/// </summary>
public sealed class Desk : IDisposable
{
    /// <summary>
    /// The checkout's <c>./sweep</c>, without its build. Of a sweep on Fashion-MNIST that it runs it changes how long: images an epoch, images that
    /// select, and how many sparsities the quickstart has.
    /// </summary>
    private const string Command = """
        #!/bin/sh
        case "${1:-}" in
          run | submit)
            for word; do
              case $word in
                *.yaml)
                  grep -q 'name: fashion-mnist,' "$word" || break
                  set -- "$@" --set data.validation=200
                  for part in pretrain sparsify finetune; do
                    if grep -q "^$part:" "$word"; then set -- "$@" --set "$part.imagesPerEpoch=256"; fi
                  done
                  case $word in samples/quickstart.yaml) set -- "$@" --set 'space.sparsity.values=[0.4,0.8]' ;; esac
                  break
                  ;;
              esac
            done
            ;;
        esac
        exec "$SWEEP_CLIENT" "$@"

        """;

    /// <summary>Tests and the prerequisites are others' business.</summary>
    private const string Nothing = "#!/bin/sh\nexit 0\n";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("sweep-docs-");

    public void Dispose() => _root.Delete(recursive: true);

    /// <summary>Whether there is a tool that the tests have beside Sweep.</summary>
    public static bool Has(string tool) => tool switch
    {
        "onnxruntime-node" => Directory.Exists(Path.Combine(Checkout.Tools, "node_modules", "onnxruntime-node")) && Which("node"),
        "torch" => File.Exists("/usr/bin/python3") && Directory.Exists("/usr/lib/python3/dist-packages/torch"),
        var program => Which(program),
    };

    internal string Folder(string page)
    {
        var folder = _root.CreateSubdirectory(page.Replace(Path.DirectorySeparatorChar, '-')).FullName;
        foreach (var name in new[] { "docs", "samples", "helm", "deploy", "artifacts" })
        {
            Directory.CreateSymbolicLink(Path.Combine(folder, name), Path.Combine(Checkout.Root, name));
        }

        Write(Path.Combine(folder, "sweep"), Command);
        Write(Path.Combine(folder, "build.sh"), Nothing);
        Write(Path.Combine(folder, "sweep-silo"), $"#!/bin/sh\nexec '{Checkout.Silo}' \"$@\"\n");
        return folder;
    }

    internal void Set(IDictionary<string, string?> environment, string folder)
    {
        foreach (var name in environment.Keys.Where(name => name.StartsWith("SWEEP_", StringComparison.Ordinal) && name != "SWEEP_DATA").ToList())
        {
            environment.Remove(name);
        }

        var home = _root.CreateSubdirectory("home").FullName;
        environment["HOME"] = home;
        environment["XDG_CONFIG_HOME"] = Path.Combine(folder, ".config");
        environment["XDG_DATA_HOME"] = Path.Combine(home, "share");
        environment["PATH"] = $"{folder}:/usr/bin:{environment["PATH"]}";
        environment["DOTNET_ROOT"] = Checkout.DotnetRoot;
        environment["NODE_PATH"] = Path.Combine(Checkout.Tools, "node_modules");
        environment["SWEEP_CLIENT"] = Checkout.Client;
        environment["SWEEP_STATE"] = Path.Combine(_root.FullName, "state");
    }

    private static bool Which(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    private static void Write(string path, string text)
    {
        File.WriteAllText(path, text.ReplaceLineEndings("\n"));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
