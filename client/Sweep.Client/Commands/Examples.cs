namespace Sweep.Client.Commands;

/// <summary>One line to type, and what it does.</summary>
/// <param name="Line">As a reader types it.</param>
/// <param name="Meaning">What it does, without a full stop.</param>
internal sealed record Example(string Line, string Meaning);

/// <summary>Examples of every command, for its help and for the reference.</summary>
internal static class Examples
{
    private static readonly Dictionary<string, Example[]> s_all = new(StringComparer.Ordinal)
    {
        ["sweep run"] =
        [
            new("sweep run sweep.yaml", "run it with all cores or GPUs, and write report.html"),
            new("sweep run sweep.yaml --set finetune.epochs=4 --workers 1", "change a value of the file; one stage at a time"),
            new("sweep run sweep.yaml -o json --report front.html", "the result document on standard output, the report elsewhere"),
        ],
        ["sweep validate"] =
        [
            new("sweep validate sweep.yaml", "name every fault with its line"),
            new("sweep validate - -o json < sweep.yaml", "the same from standard input, for programs"),
        ],
        ["sweep plan"] =
        [
            new("sweep plan sweep.yaml", "the tree of stages, sizes of nets, time and disk"),
            new("sweep plan sweep.yaml --set space.sparsity.values=[0.5] -o json", "every figure of another grid"),
        ],
        ["sweep schema"] = [new("sweep schema > sweep.schema.json", "for an editor that knows JSON Schema")],
        ["sweep simulate"] =
        [
            new("sweep simulate sweep.yaml --seed 3", "one device, an epoch a minute"),
            new("sweep simulate sweep.yaml --cluster cluster.yaml --runs 20", "twenty runs of a cluster that a file describes"),
        ],
        ["sweep submit"] =
        [
            new("sweep submit sweep.yaml", "give it to the silo of the state folder, or of the current context"),
            new("sweep submit sweep.yaml --server https://sweep.example", "give it to a cluster elsewhere"),
            new("sweep submit sweep.yaml --warm-start trials.csv", "start from trials that were run elsewhere"),
        ],
        ["sweep list"] = [new("sweep list", "every experiment of the cluster"), new("sweep list -o json", "the same for programs")],
        ["sweep show"] = [new("sweep show my-sweep", "where it stands"), new("sweep show my-sweep -o json", "the whole result document")],
        ["sweep watch"] =
        [
            new("sweep watch my-sweep", "follow it to its end; ? tells the keys, q or Ctrl+C leaves it running"),
            new("sweep watch my-sweep --timeout 3600", "for an hour at most; exit code 8 says that it goes on"),
        ],
        ["sweep top"] =
        [
            new("sweep top", "every experiment and every device, live; Enter opens an experiment"),
            new("sweep top -o json", "one look, for programs"),
        ],
        ["sweep wait"] =
        [
            new("sweep wait my-sweep", "say nothing until it has ended; the exit code says how"),
            new("sweep wait my-sweep --for front=5 --timeout 600", "until five trials are on the front, ten minutes at most"),
        ],
        ["sweep trials"] =
        [
            new("sweep trials my-sweep", "every trial with its settings and results"),
            new("sweep trials my-sweep --only failed -o csv", "those that failed, with the reason"),
        ],
        ["sweep front"] = [new("sweep front my-sweep", "the table and the picture"), new("sweep front my-sweep -o csv", "for a spreadsheet")],
        ["sweep summary"] = [new("sweep summary my-sweep", "mean ± standard deviation of every setting")],
        ["sweep timeline"] = [new("sweep timeline my-sweep", "a line a worker, and how the front grew"), new("sweep timeline my-sweep -o csv", "every attempt, for a spreadsheet")],
        ["sweep stages"] = [new("sweep stages my-sweep", "the tree, and what sharing saved"), new("sweep stages my-sweep -o csv", "a line a stage, each with its parent")],
        ["sweep events"] = [new("sweep events my-sweep", "what happened, the first first"), new("sweep events my-sweep --follow -o jsonl", "an event a line, as it happens")],
        ["sweep diff"] = [new("sweep diff sweep.yaml my-sweep", "key by key; exit code 1 when there is a difference")],
        ["sweep metrics"] =
        [
            new("sweep metrics my-sweep t0005 --plot loss", "loss over the epochs, drawn"),
            new("sweep metrics my-sweep t0005 -o csv", "every epoch with every figure, for a spreadsheet"),
        ],
        ["sweep importance"] = [new("sweep importance my-sweep --metric accuracy", "which settings decide about accuracy")],
        ["sweep report"] = [new("sweep report my-sweep --report front.html", "write it, or write it anew")],
        ["sweep compare"] = [new("sweep compare first second --html compare.html", "fronts, coverage, hypervolume; one HTML file of it, too")],
        ["sweep export"] =
        [
            new("sweep export my-sweep --format json", "the whole result, for 'sweep compare', 'sweep report' and programs"),
            new("sweep export my-sweep t0005 --format onnx", "one trial, as ONNX with its proof"),
            new("sweep export my-sweep --front --to models", "every trial of the front, a folder each"),
            new("sweep export my-sweep dense", "the unpruned net"),
        ],
        ["sweep import"] = [new("sweep import sweep.yaml --from trials.csv", "which trials the search can start from, and why not from the others")],
        ["sweep pause"] = [new("sweep pause my-sweep", "what runs finishes its stage")],
        ["sweep resume"] = [new("sweep resume my-sweep", "go on")],
        ["sweep cancel"] = [new("sweep cancel my-sweep", "end it; submitting the file again finds what has finished")],
        ["sweep delete"] = [new("sweep delete my-sweep", "forget one that has ended; asks before"), new("sweep delete - --yes < names.txt", "forget those that a file names, one a line, without asking")],
        ["sweep set"] =
        [
            new("sweep set my-sweep priority=5 parallelism=8", "more of the cluster for it"),
            new("sweep set my-sweep limits.wallTime=12h", "another limit"),
        ],
        ["sweep extend"] = [new("sweep extend my-sweep --trials 40", "40 more, proposed from all that is known")],
        ["sweep fork"] = [new("sweep fork my-sweep longer --set finetune.epochs=8", "another experiment, which shares what both need")],
        ["sweep stop"] = [new("sweep stop my-sweep t0007 t0009", "two trials; the others go on")],
        ["sweep retry"] = [new("sweep retry my-sweep t0003", "a fresh budget of attempts")],
        ["sweep silos"] = [new("sweep silos", "what every device does")],
        ["sweep queue"] = [new("sweep queue", "how many stages wait, by experiment")],
        ["sweep data list"] = [new("sweep data list", "what this machine has")],
        ["sweep data get"] = [new("sweep data get cifar-10", "download, verify and place it")],
        ["sweep data verify"] = [new("sweep data verify fashion-mnist", "hash it and compare")],
        ["sweep context list"] = [new("sweep context list", "the clusters of the context file")],
        ["sweep context show"] = [new("sweep context show", "the current one")],
        ["sweep context use"] = [new("sweep context use lab", "from now on")],
        ["sweep context set"] = [new("sweep context set lab --gateway lab-silo:30000 --use", "name a cluster, and use it")],
        ["sweep context delete"] = [new("sweep context delete lab", "forget it")],
        ["sweep token new"] = [new("sweep token new ci --scope read,submit", "a token, told once, and the line for the silo's file")],
        ["sweep doctor"] = [new("sweep doctor", "what this machine has and what is missing")],
        ["sweep silo"] =
        [
            new("sweep silo --state S", "a silo with this machine's devices"),
            new("sweep silo --state S --join 10.0.0.1:11111", "one more, which works for that cluster"),
        ],
        ["sweep completion"] = [new("sweep completion bash", "for ~/.bashrc: source <(sweep completion bash)")],
        ["sweep version"] = [new("sweep version", "for bug reports")],
    };

    /// <summary>Of one command, named with those above it; none where there are none.</summary>
    public static IReadOnlyList<Example> Of(string command) => s_all.GetValueOrDefault(command) ?? [];

    /// <summary>The commands that have some.</summary>
    public static IReadOnlyCollection<string> Commands => s_all.Keys;
}
