namespace Sweep.Planning;

/// <summary>What one constraint refuses of the settings of a grid.</summary>
public sealed record RefusedSettings
{
    /// <summary>As written.</summary>
    public required string Constraint { get; init; }

    /// <summary>Settings for which this constraint is the first that does not hold.</summary>
    public required int Settings { get; init; }

    /// <summary>The figures for which the first of them is refused, such as <c>sparsity is 0.2, method is somp</c>.</summary>
    public required string Example { get; init; }
}

/// <summary>How many settings a spec's constraints refuse, and which of them how many.</summary>
public sealed record RefusalTally
{
    /// <summary>Settings that were asked about.</summary>
    public required int Settings { get; init; }

    /// <summary>Whether these are some at random of many more; null where they are all.</summary>
    public bool? Drawn { get; init; }

    /// <summary>One entry for each constraint that refuses any, in the order of the spec.</summary>
    public required IReadOnlyList<RefusedSettings> Refused { get; init; }

    public int RefusedInAll => Refused.Sum(refused => refused.Settings);

    /// <returns>Null for a spec without constraints.</returns>
    public static RefusalTally? Of(SweepSpec spec, IReadOnlyCollection<TrialSettings> settings)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(settings);
        if (SettingsFilter.Of(spec) is not { } filter)
        {
            return null;
        }

        var refused = new Dictionary<string, RefusedSettings>(StringComparer.Ordinal);
        foreach (var one in settings)
        {
            if (filter.Refuses(one, out var by, out var figures))
            {
                refused[by.Text] = refused.TryGetValue(by.Text, out var known)
                    ? known with { Settings = known.Settings + 1 }
                    : new RefusedSettings { Constraint = by.Text, Settings = 1, Example = figures };
            }
        }

        return new RefusalTally { Settings = settings.Count, Refused = [.. spec.Constraints!.Distinct().Where(refused.ContainsKey).Select(text => refused[text])] };
    }
}
