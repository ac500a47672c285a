// Every test trains on all cores: side by side they would only slow each other down.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
