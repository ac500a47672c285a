namespace Sweep.Data;

/// <summary>A data set could not be fetched. The message states the rule, then what each address gave.</summary>
public sealed class DataSetUnavailableException(string message) : Exception(message);
