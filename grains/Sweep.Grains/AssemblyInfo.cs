using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Sweep.Grains.Tests")]
