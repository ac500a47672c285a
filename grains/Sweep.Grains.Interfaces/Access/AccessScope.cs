namespace Sweep.Grains;

/// <summary>What a token may be used for.</summary>
public enum AccessScope
{
    /// <summary>Questions, the page, and models.</summary>
    Read,

    /// <summary>Handing in experiments.</summary>
    Submit,

    /// <summary>Everything, also to pause, resume and cancel: experiments have no owner, so these touch other people's work.</summary>
    Admin,
}
