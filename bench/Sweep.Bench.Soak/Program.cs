// Sweeps of real training under random kills, against one that nothing disturbs. Ends with 0 when every disturbed sweep came to the same result.

using Sweep.Bench.Soak;

var options = new SoakOptions();
for (var i = 0; i + 1 < args.Length; i += 2)
{
    options = args[i] switch
    {
        "--minutes" => options with { Length = TimeSpan.FromMinutes(double.Parse(args[i + 1], System.Globalization.CultureInfo.InvariantCulture)) },
        "--seed" => options with { Seed = int.Parse(args[i + 1], System.Globalization.CultureInfo.InvariantCulture) },
        "--between" => options with { Between = TimeSpan.FromSeconds(double.Parse(args[i + 1], System.Globalization.CultureInfo.InvariantCulture)) },
        "--silo" => options with { Silo = Path.GetFullPath(args[i + 1]) },
        "--engine" => options with { Engine = Path.GetFullPath(args[i + 1]) },
        "--folder" => options with { Folder = Path.GetFullPath(args[i + 1]) },
        _ => options with { Silo = "" },
    };
}

if (args.Length % 2 != 0 || !File.Exists(options.Silo))
{
    Console.Error.WriteLine("""
        usage: dotnet run -c Release --project bench/Sweep.Bench.Soak -- [--minutes 10] [--seed 1] [--between 8] [--silo FILE] [--engine FILE] [--folder F]

          --minutes   how long something is killed every now and then; what is under way then is let finish
          --between   mean seconds between two kills
          --silo      the sweep-silo executable (default: this checkout's, which must be built)
          --engine    the sweep-engine executable (default: as the silo finds it)
          --folder    keeps states and logs (default: a temporary folder, deleted after success)
        """);
    return 2;
}

return await new Soak(options).Run() ? 0 : 1;
