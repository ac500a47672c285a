namespace Sweep.Client.Watching.Screens;

internal enum OrderKind
{
    /// <summary>End the watching.</summary>
    Leave,

    /// <summary>Close the experiment that was opened from the cluster's screen.</summary>
    Back,
    Pause,
    Resume,
    StopTrial,
    RetryTrial,
}

/// <summary>What a key asks for that a screen cannot do itself.</summary>
/// <param name="Experiment">"" where there is none.</param>
/// <param name="Trial">"" where there is none.</param>
internal sealed record Order(OrderKind Kind, string Experiment = "", string Trial = "");

/// <summary>Asked before an order is given: y obeys, anything else does not.</summary>
internal sealed record Question(string Words, Order Order);

/// <summary>What a key has led to.</summary>
/// <param name="Screen">As it is now.</param>
/// <param name="Order">Null for nothing more.</param>
internal readonly record struct Step<T>(T Screen, Order? Order = null);
