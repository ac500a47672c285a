using Sweep.Models;

namespace Sweep.Data.Tests;

public sealed class ValidationCutTests
{
    [Theory]
    [InlineData(30)]
    [InlineData(31)]
    [InlineData(0)]
    public void The_validation_cut_is_stratified_and_seeded(int validation)
    {
        int[] labels = [.. Enumerable.Range(0, 300).Select(i => i * 7 / 5 % 3)];

        var cut = ValidationCut.Of(labels, 3, validation, 7);

        Assert.Equal(validation, cut.Validation.Count);
        Assert.Equal(Enumerable.Range(0, 300), cut.Training.Concat(cut.Validation).Order());
        Assert.True(validation == 0 || cut.Validation.Count(i => labels[i] == 0) is 10 or 11);
        Assert.Equal(cut.Validation, ValidationCut.Of(labels, 3, validation, 7).Validation);
        Assert.True(validation == 0 || !cut.Validation.SequenceEqual(ValidationCut.Of(labels, 3, validation, 8).Validation));
    }

    [Fact]
    public void A_class_with_too_few_images_is_refused()
    {
        int[] labels = [0, 0, 0, 0, 0, 0, 0, 0, 1];

        var fault = Assert.Throws<StageFaultException>(() => ValidationCut.Of(labels, 2, 4, 0));

        Assert.Equal("The validation cut takes 2 images of class 1, but the training set has only 1 of it.", fault.Message);
    }
}
