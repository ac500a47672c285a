using System.Text;
using Sweep.Recipes;

namespace Sweep.Data.Tests;

public sealed class ImageFolderTests : IDisposable
{
    private static readonly ImageFolder s_counts = new() { Classes = 2, TrainingImages = 4, TestImages = 2 };

    private readonly TemporaryFolder _folder = new();

    public ImageFolderTests()
    {
        Place("train/b-finch/z.JPEG", "odd-sides.jpg");
        Place("train/b-finch/B.jpg", "grey.jpg");
        Place("train/a/1.png", "see-through.png");
        Place("train/a/10.jpg", "larger.jpg");
        Place("val/a/v.jpg", "progressive.jpeg");
        Place("val/b-finch/v.jpg", "inks.jpg");
        _folder.Write("birds/train/a/notes.txt", [1]);
        _folder.Write("birds/train/a/._10.jpg", [1]);
    }

    public void Dispose() => _folder.Dispose();

    private string Root => _folder["birds"];

    private DataRecipe Declared => new() { Name = "birds", Digest = ImageFolderIdentity.Declared("birds", s_counts), Folder = s_counts, Validation = 1, SplitSeed = 0 };

    private void Place(string name, string fixture) => _folder.Write("birds/" + name, Fixture.Bytes(fixture));

    private ImageDataSet Load(DataRecipe recipe) => new FileDataSource().Load(recipe, [_folder.Path]);

    [Fact]
    public void Classes_and_photographs_stand_in_ordinal_order()
    {
        var index = ImageFolderIndex.Read(Root, withSizes: true);

        Assert.Equal(["a", "b-finch"], index.Classes);
        Assert.Equal(["1.png", "10.jpg", "B.jpg", "z.JPEG"], index.Training.Files);
        Assert.Equal([0, 0, 1, 1], index.Training.Labels);
        Assert.Equal(Fixture.Bytes("larger.jpg").Length, index.Training.Sizes![1]);
        Assert.Equal("val/b-finch/v.jpg", index.RelativePathOf(index.Test, 1));
        Assert.True(File.Exists(index.PathOf(index.Test, 1)));
    }

    [Fact]
    public void A_folder_loads_as_files_to_decode()
    {
        var data = Load(Declared);

        Assert.Equal(2, data.Classes);
        Assert.Equal([0, 0, 1, 1], data.Training.Labels);
        Assert.Empty(data.Training.Pixels);
        Assert.Equal((4, 2), (data.TrainingFiles!.Count, data.TestFiles!.Count));
        Assert.Equal(0.485f, data.Statistics.Mean[0]);
        using var image = data.TrainingFiles.Decode(1, 75);
        Assert.Equal((100, 75, 1), (image.Width, image.Height, data.TestFiles.Label(1)));
    }

    [Fact]
    public void Other_counts_than_the_declared_ones_are_refused_naming_both()
    {
        var counts = s_counts with { TrainingImages = 5 };

        var message = Fixture.BadData(() => Load(Declared with { Folder = counts, Digest = ImageFolderIdentity.Declared("birds", counts) })).Message;

        Assert.Contains("2 classes, 5 photographs under train and 2 under val, but has 2, 4 and 2", message);
        Assert.Contains(Root, message);
    }

    [Fact]
    public void Splits_of_different_classes_are_refused()
    {
        Place("train/c/x.jpg", "grey.jpg");

        Assert.Contains("same classes, but 'c' is under train alone", Fixture.BadData(() => Load(Declared)).Message);
    }

    [Fact]
    public void A_missing_folder_says_what_to_place_where()
    {
        var message = Fixture.BadData(() => Load(Declared with { Name = "fish", Digest = ImageFolderIdentity.Declared("fish", s_counts) })).Message;

        Assert.Contains("train/CLASS/*.jpg", message);
        Assert.Contains(_folder["fish"], message);
        Assert.Contains("SWEEP_DATA", message);
    }

    [Fact]
    public void A_damaged_photograph_is_named_when_it_is_decoded()
    {
        Place("train/a/10.jpg", "truncated.jpg");

        var files = Load(Declared).TrainingFiles!;

        Assert.StartsWith(Path.Combine(Root, "train", "a", "10.jpg"), Fixture.BadData(() => files.Decode(1, 32)).Message);
    }

    [Fact]
    public void The_declared_identity_is_the_name_and_the_counts()
    {
        Assert.Equal("0e7ad68a47", ImageFolderIdentity.Declared("birds", s_counts)[..10]);
        Assert.NotEqual(ImageFolderIdentity.Declared("birds", s_counts), ImageFolderIdentity.Declared("birds", s_counts with { TestImages = 3 }));
        Assert.NotEqual(ImageFolderIdentity.Declared("birds", s_counts), ImageFolderIdentity.Declared("fish", s_counts));
        Assert.False(ImageFolderIdentity.IsPinned(Declared));
        Assert.True(ImageFolderIdentity.IsPinned(Declared with { Digest = "00" }));
    }

    [Fact]
    public void A_pinned_folder_loads_only_with_its_manifest()
    {
        Assert.Contains("must have its manifest", Fixture.BadData(() => Load(Declared with { Digest = "00" })).Message);
        var digest = WriteManifest();

        Assert.Equal(4, Load(Declared with { Digest = digest }).TrainingFiles!.Count);
        Assert.Equal(digest, ImageManifest.DigestOf(Root));
        Assert.Contains("must be the pinned 00", Fixture.BadData(() => Load(Declared with { Digest = "00" })).Message);
    }

    [Theory]
    [InlineData("train/a/10.jpg", "grey.jpg", "next 'train/a/10.jpg' of 2324 bytes, but holds 'train/a/10.jpg' of 469")]
    [InlineData("val/b-finch/v.jpg", null, "")]
    public void A_pinned_folder_is_compared_by_size_each_time(string name, string? fixture, string reason)
    {
        var digest = WriteManifest();
        if (fixture is null)
        {
            // One goes and another comes: the counts still hold.
            File.Move(Path.Combine(Root, name), Path.Combine(Root, "val/b-finch/w.jpg"));
        }
        else
        {
            Place(name, fixture);
        }

        var message = Fixture.BadData(() => Load(Declared with { Digest = digest })).Message;

        Assert.Contains(reason, message);
        Assert.Contains(name, message);
    }

    [Fact]
    public void The_manifest_does_not_depend_on_where_the_folder_is()
    {
        var digest = WriteManifest();
        var lines = File.ReadAllLines(ImageManifest.PathIn(Root));
        Directory.Move(Root, _folder["moved"]);

        Assert.Equal(6, lines.Length);
        Assert.StartsWith("""{"bytes":309,"path":"train/a/1.png","sha256":""", lines[0]);
        var index = ImageFolderIndex.Read(_folder["moved"], withSizes: false);
        Assert.Equal(digest, ImageManifest.Write(_folder["moved"], ImageManifest.Hash(index, null, CancellationToken.None)));
    }

    [Fact]
    public void Differences_from_the_manifest_are_told_apart()
    {
        WriteManifest();
        var same = Fixture.Bytes("larger.jpg");
        same[^10] ^= 1;
        _folder.Write("birds/train/a/10.jpg", same);
        File.Delete(Path.Combine(Root, "train/a/1.png"));
        Place("val/a/new.jpg", "grey.jpg");

        var now = ImageManifest.Hash(ImageFolderIndex.Read(Root, withSizes: false), null, CancellationToken.None);

        Assert.Equal(
            [
                new ManifestDifference("train/a/1.png", ManifestDifferenceKind.Missing),
                new ManifestDifference("train/a/10.jpg", ManifestDifferenceKind.Changed),
                new ManifestDifference("val/a/new.jpg", ManifestDifferenceKind.Added),
            ],
            ImageManifest.Compare(ImageManifest.Read(Root), now));
    }

    [Fact]
    public void A_line_that_is_no_entry_is_refused()
    {
        WriteManifest();
        File.AppendAllText(ImageManifest.PathIn(Root), "{}\n", Encoding.UTF8);

        Assert.Contains("line 7: a line must be an entry", Fixture.BadData(() => ImageManifest.Read(Root).ToList()).Message);
    }

    private string WriteManifest() =>
        ImageManifest.Write(Root, ImageManifest.Hash(ImageFolderIndex.Read(Root, withSizes: false), null, CancellationToken.None));
}
