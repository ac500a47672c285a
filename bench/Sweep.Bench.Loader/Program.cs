using System.Globalization;
using Sweep.Bench.Loader;
using Sweep.Data;
using static TorchSharp.torch;

// JPEG files to augmented batches at 224 pixels, against Pillow and numpy in interleaved pairs, and against what a training step takes in.
// usage: Sweep.Bench.Loader [pairs] [images a turn] [threads, such as 1,2] [python]
var pairs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 7;
var images = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 256;
var threadCounts = (args.Length > 2 ? args[2] : Environment.ProcessorCount == 1 ? "1" : $"1,{Environment.ProcessorCount}").Split(',');
var python = args.Length > 3 ? args[3] : "/usr/bin/python3";

static double Median(IEnumerable<double> values)
{
    var sorted = values.Order().ToList();
    return sorted[sorted.Count / 2];
}

var folder = Directory.CreateTempSubdirectory("sweep-bench-loader-");
try
{
    PillowImages.Make(python, folder.FullName, Math.Min(images, 200));
    var index = ImageFolderIndex.Read(folder.FullName, withSizes: false);
    var files = new ImageFolderFiles(index, index.Training);
    var oneThread = 0.0;
    foreach (var threads in threadCounts.Select(text => int.Parse(text, CultureInfo.InvariantCulture)))
    {
        var loader = new LoaderImages(files, threads);
        using var pillow = new PillowImages(python, folder.FullName, threads);
        loader.Time(images);
        pillow.Time(images);
        var turns = new List<(double Ours, double Theirs)>();
        for (var pair = 0; pair < pairs; pair++)
        {
            // Who goes first alternates.
            var first = pair % 2 == 0 ? loader.Time(images) : pillow.Time(images);
            var second = pair % 2 == 0 ? pillow.Time(images) : loader.Time(images);
            turns.Add(pair % 2 == 0 ? (first, second) : (second, first));
        }

        var ours = images / Median(turns.Select(turn => turn.Ours));
        oneThread = oneThread == 0 ? ours / threads : oneThread;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{threads} threads, {pairs} pairs of {images} images: loader {ours:0} images/s, Pillow {pillow.Version} {images / Median(turns.Select(turn => turn.Theirs)):0} images/s, ratio {Median(turns.Select(turn => turn.Theirs / turn.Ours)):0.00} (median; {turns.Min(turn => turn.Theirs / turn.Ours):0.00} to {turns.Max(turn => turn.Theirs / turn.Ours):0.00})"));
    }

    set_num_threads(1);
    using var step = new StepImages();
    step.Rate();
    var rate = Median(Enumerable.Range(0, pairs).Select(_ => step.Rate()));
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"DeiT-Tiny on 1 CPU thread takes {rate:0.0} images/s in a training step: {oneThread / rate:0} such threads for one loader thread"));
}
finally
{
    folder.Delete(recursive: true);
}
