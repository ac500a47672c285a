// libtorch's thread count is one for the whole process: tests that train would slow each other down.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
