namespace Sweep.Grains.Tests.Protocol;

/// <summary>What a deliberately broken variant of the protocol leaves out. Each must be caught, or the checks prove nothing.</summary>
internal enum Flaw
{
    None,

    /// <summary>A stage takes a report for its present attempt, whoever sends it.</summary>
    NoFencing,

    /// <summary>The disk takes a write whatever version its writer has read.</summary>
    NoVersions,

    /// <summary>A stage says that a success is taken before it is written.</summary>
    AnswerBeforeWrite,

    /// <summary>A stage goes on from what it wanted to write, although the write failed.</summary>
    KeepAfterFailedWrite,

    /// <summary>A stage that has succeeded takes another success.</summary>
    SuccessNotFinal,

    /// <summary>The queue ends no lease.</summary>
    NoExpiry,

    /// <summary>A stage offers itself once.</summary>
    OfferOnce,

    /// <summary>An experiment trusts the hints of its stages.</summary>
    NoReread,

    /// <summary>A stage refuses an attempt that it has not opened without reading whether another activation has.</summary>
    RefuseUnread,

    /// <summary>A worker that hears nothing takes its report for heard.</summary>
    ForgetUnheard,
}
