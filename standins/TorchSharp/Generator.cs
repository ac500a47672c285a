using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A random number generator of the CPU.</summary>
    public class Generator : IDisposable
    {
        private Generator(nint handle, Device device)
        {
            Handle = NativeMethods.Check(handle);
            this.device = device;
        }

        /// <param name="seed">The seed.</param>
        /// <param name="device">Recorded only: like TorchSharp's, the generator is always the CPU's.</param>
        public Generator(ulong seed = 0, Device? device = null)
            : this(NativeMethods.bridge_generator(seed), device ?? CPU)
        {
        }

        public nint Handle { get; private set; }

        public Device device { get; private set; }

        /// <summary>The generator that operators use when they are not given one. Process-wide.</summary>
        public static Generator Default => new(NativeMethods.bridge_default_generator(), CPU);

        public Tensor get_state() => new(NativeMethods.Check(NativeMethods.bridge_generator_state(Handle)));

        public void set_state(Tensor value) =>
            NativeMethods.Check(NativeMethods.bridge_generator_set_state(Handle, value.Handle));

        public Generator manual_seed(long seed)
        {
            NativeMethods.Check(NativeMethods.bridge_generator_seed(Handle, unchecked((ulong)seed)));
            return this;
        }

        /// <summary>Seeds from the operating system's entropy, and tells the seed.</summary>
        public long seed()
        {
            long seed = System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue);
            manual_seed(seed);
            return seed;
        }

        public long initial_seed() => unchecked((long)NativeMethods.bridge_generator_initial_seed(Handle));

        protected virtual void Dispose(bool disposing)
        {
            nint handle = Handle;
            Handle = 0;
            if (handle != 0) NativeMethods.bridge_generator_release(handle);
        }

        ~Generator() => Dispose(false);

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }
    }

    /// <summary>Seeds the default generator of the CPU and, where there are any, those of all CUDA devices.</summary>
    public static Generator manual_seed(long seed)
    {
        NativeMethods.Check(NativeMethods.bridge_manual_seed(unchecked((ulong)seed)));
        return Generator.Default;
    }

    public static long seed()
    {
        using Generator generator = Generator.Default;
        return generator.seed();
    }

    public static long initial_seed()
    {
        using Generator generator = Generator.Default;
        return generator.initial_seed();
    }

    public static Tensor get_rng_state()
    {
        using Generator generator = Generator.Default;
        return generator.get_state();
    }

    public static void set_rng_state(Tensor new_state)
    {
        using Generator generator = Generator.Default;
        generator.set_state(new_state);
    }

    public static partial class random
    {
        public static long seed() => torch.seed();

        public static long initial_seed() => torch.initial_seed();

        public static Generator manual_seed(long seed) => torch.manual_seed(seed);

        public static Tensor get_rng_state() => torch.get_rng_state();

        public static void set_rng_state(Tensor new_state) => torch.set_rng_state(new_state);
    }
}
