namespace Sweep.Data.Pixels;

/// <summary>Between, and beyond, two values.</summary>
internal static class Blend
{
    /// <returns><c>from + factor · (to − from)</c>, cut to a byte: clipped, then rounded towards zero.</returns>
    public static byte Of(int from, int to, float factor) => (byte)Math.Clamp(from + factor * (to - from), 0f, 255f);
}
