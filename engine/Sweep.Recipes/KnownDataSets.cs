namespace Sweep.Recipes;

// The digests are those that several libraries publish and check independently of each other: torchvision and its ports, Julia's
// MLDatasets, GoMLX, TensorFlow Datasets. CIFAR's owner publishes MD5 alone, of the archives: c32a1d4a… and 03b5dce0….
public sealed partial record KnownData
{
    private const string FashionMnistAddress = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/";
    private const string CifarAddress = "https://www.cs.toronto.edu/~kriz/";

    // The owner's server refuses many downloads; the others serve the same bytes, as the digests show.
    private static readonly string[] s_mnistAddresses =
        ["http://yann.lecun.com/exdb/mnist/", "https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"];

    /// <summary>Every registered data set.</summary>
    public static IReadOnlyList<KnownData> All { get; } =
    [
        new()
        {
            Name = "fashion-mnist",
            Format = DataFormat.Idx,
            ImageSize = 28,
            Channels = 1,
            Classes = 10,
            TrainingImages = 60_000,
            TestImages = 10_000,
            Mean = [0.2860f],
            Deviation = [0.3530f],
            DebianPackage = "dataset-fashion-mnist",
            Files =
            [
                new("train-images-idx3-ubyte", "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888", 47_040_016),
                new("train-labels-idx1-ubyte", "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9", 60_008),
                new("t10k-images-idx3-ubyte", "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b", 7_840_016),
                new("t10k-labels-idx1-ubyte", "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34", 10_008),
            ],
            Downloads =
            [
                Compressed("train-images-idx3-ubyte.gz", "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84", 26_421_880, FashionMnistAddress),
                Compressed("train-labels-idx1-ubyte.gz", "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845", 29_515, FashionMnistAddress),
                Compressed("t10k-images-idx3-ubyte.gz", "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073", 4_422_102, FashionMnistAddress),
                Compressed("t10k-labels-idx1-ubyte.gz", "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5", 5_148, FashionMnistAddress),
            ],
        },
        new()
        {
            Name = "mnist",
            Format = DataFormat.Idx,
            ImageSize = 28,
            Channels = 1,
            Classes = 10,
            TrainingImages = 60_000,
            TestImages = 10_000,
            Mean = [0.1307f],
            Deviation = [0.3081f],
            Files =
            [
                new("train-images-idx3-ubyte", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db", 47_040_016),
                new("train-labels-idx1-ubyte", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5", 60_008),
                new("t10k-images-idx3-ubyte", "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7", 7_840_016),
                new("t10k-labels-idx1-ubyte", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2", 10_008),
            ],
            Downloads =
            [
                Compressed("train-images-idx3-ubyte.gz", "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609", 9_912_422, s_mnistAddresses),
                Compressed("train-labels-idx1-ubyte.gz", "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c", 28_881, s_mnistAddresses),
                Compressed("t10k-images-idx3-ubyte.gz", "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6", 1_648_877, s_mnistAddresses),
                Compressed("t10k-labels-idx1-ubyte.gz", "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6", 4_542, s_mnistAddresses),
            ],
        },
        new()
        {
            Name = "cifar-10",
            Format = DataFormat.Cifar10,
            ImageSize = 32,
            Channels = 3,
            Classes = 10,
            TrainingImages = 50_000,
            TestImages = 10_000,
            Mean = [0.4914f, 0.4822f, 0.4465f],
            Deviation = [0.2470f, 0.2435f, 0.2616f],
            ArchiveFolder = "cifar-10-batches-bin",
            Files =
            [
                new("data_batch_1.bin", "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5", 30_730_000),
                new("data_batch_2.bin", "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed", 30_730_000),
                new("data_batch_3.bin", "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67", 30_730_000),
                new("data_batch_4.bin", "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48", 30_730_000),
                new("data_batch_5.bin", "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add", 30_730_000),
                new("test_batch.bin", "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b", 30_730_000),
            ],
            Downloads = [Compressed("cifar-10-binary.tar.gz", "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd", 170_052_171, CifarAddress)],
        },
        new()
        {
            Name = "cifar-100",
            Format = DataFormat.Cifar100,
            ImageSize = 32,
            Channels = 3,
            Classes = 100,
            TrainingImages = 50_000,
            TestImages = 10_000,
            Mean = [0.5071f, 0.4865f, 0.4409f],
            Deviation = [0.2673f, 0.2564f, 0.2762f],
            ArchiveFolder = "cifar-100-binary",
            Files =
            [
                new("train.bin", "f31298fc616915fa142368359df1c4ca2ae984d6915ca468b998a5ec6aeebf29", 153_700_000),
                new("test.bin", "d8b1e6b7b3bee4020055f0699b111f60b1af1e262aeb93a0b659061746f8224a", 30_740_000),
            ],
            Downloads = [Compressed("cifar-100-binary.tar.gz", "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec", 168_513_733, CifarAddress)],
        },
    ];

    private static KnownDownload Compressed(string name, string sha256, long bytes, params string[] folders) =>
        new(name, [.. folders.Select(folder => folder + name)], sha256, bytes);
}
