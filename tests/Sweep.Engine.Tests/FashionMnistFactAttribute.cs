using Sweep.Data;
using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Engine.Tests;

/// <summary>A test that needs the real Fashion-MNIST; skipped, saying so, where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FashionMnistFactAttribute : FactAttribute
{
    public FashionMnistFactAttribute()
    {
        try
        {
            DataSetFolder.Find(KnownData.Find("fashion-mnist")!, []);
        }
        catch (StageFaultException missing)
        {
            Skip = missing.Message;
        }
    }
}
