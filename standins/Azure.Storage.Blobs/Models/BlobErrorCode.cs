namespace Azure.Storage.Blobs.Models;

/// <summary>The service's words for what went wrong (<see cref="RequestFailedException.ErrorCode"/>); others are compared as text.</summary>
public readonly struct BlobErrorCode(string value) : IEquatable<BlobErrorCode>
{
    private readonly string _value = value ?? throw new ArgumentNullException(nameof(value));

    public static BlobErrorCode AccountIsDisabled { get; } = new(nameof(AccountIsDisabled));

    public static BlobErrorCode AuthenticationFailed { get; } = new(nameof(AuthenticationFailed));

    public static BlobErrorCode AuthorizationFailure { get; } = new(nameof(AuthorizationFailure));

    public static BlobErrorCode AuthorizationPermissionMismatch { get; } = new(nameof(AuthorizationPermissionMismatch));

    public static BlobErrorCode BlobAlreadyExists { get; } = new(nameof(BlobAlreadyExists));

    public static BlobErrorCode BlobArchived { get; } = new(nameof(BlobArchived));

    public static BlobErrorCode BlobBeingRehydrated { get; } = new(nameof(BlobBeingRehydrated));

    public static BlobErrorCode BlobImmutableDueToPolicy { get; } = new(nameof(BlobImmutableDueToPolicy));

    public static BlobErrorCode BlobNotFound { get; } = new(nameof(BlobNotFound));

    public static BlobErrorCode BlobOverwritten { get; } = new(nameof(BlobOverwritten));

    public static BlobErrorCode BlockCountExceedsLimit { get; } = new(nameof(BlockCountExceedsLimit));

    public static BlobErrorCode BlockListTooLong { get; } = new(nameof(BlockListTooLong));

    public static BlobErrorCode ConditionHeadersNotSupported { get; } = new(nameof(ConditionHeadersNotSupported));

    public static BlobErrorCode ConditionNotMet { get; } = new(nameof(ConditionNotMet));

    public static BlobErrorCode ContainerAlreadyExists { get; } = new(nameof(ContainerAlreadyExists));

    public static BlobErrorCode ContainerBeingDeleted { get; } = new(nameof(ContainerBeingDeleted));

    public static BlobErrorCode ContainerDisabled { get; } = new(nameof(ContainerDisabled));

    public static BlobErrorCode ContainerNotFound { get; } = new(nameof(ContainerNotFound));

    public static BlobErrorCode InsufficientAccountPermissions { get; } = new(nameof(InsufficientAccountPermissions));

    public static BlobErrorCode InternalError { get; } = new(nameof(InternalError));

    public static BlobErrorCode InvalidAuthenticationInfo { get; } = new(nameof(InvalidAuthenticationInfo));

    public static BlobErrorCode InvalidBlobOrBlock { get; } = new(nameof(InvalidBlobOrBlock));

    public static BlobErrorCode InvalidBlobType { get; } = new(nameof(InvalidBlobType));

    public static BlobErrorCode InvalidBlockId { get; } = new(nameof(InvalidBlockId));

    public static BlobErrorCode InvalidBlockList { get; } = new(nameof(InvalidBlockList));

    public static BlobErrorCode InvalidHeaderValue { get; } = new(nameof(InvalidHeaderValue));

    public static BlobErrorCode InvalidInput { get; } = new(nameof(InvalidInput));

    public static BlobErrorCode InvalidMd5 { get; } = new(nameof(InvalidMd5));

    public static BlobErrorCode InvalidMetadata { get; } = new(nameof(InvalidMetadata));

    public static BlobErrorCode InvalidRange { get; } = new(nameof(InvalidRange));

    public static BlobErrorCode InvalidResourceName { get; } = new(nameof(InvalidResourceName));

    public static BlobErrorCode InvalidUri { get; } = new(nameof(InvalidUri));

    public static BlobErrorCode LeaseAlreadyPresent { get; } = new(nameof(LeaseAlreadyPresent));

    public static BlobErrorCode LeaseIdMismatchWithBlobOperation { get; } = new(nameof(LeaseIdMismatchWithBlobOperation));

    public static BlobErrorCode LeaseIdMissing { get; } = new(nameof(LeaseIdMissing));

    public static BlobErrorCode LeaseLost { get; } = new(nameof(LeaseLost));

    public static BlobErrorCode Md5Mismatch { get; } = new(nameof(Md5Mismatch));

    public static BlobErrorCode MetadataTooLarge { get; } = new(nameof(MetadataTooLarge));

    public static BlobErrorCode NoAuthenticationInformation { get; } = new(nameof(NoAuthenticationInformation));

    public static BlobErrorCode OperationTimedOut { get; } = new(nameof(OperationTimedOut));

    public static BlobErrorCode OutOfRangeInput { get; } = new(nameof(OutOfRangeInput));

    public static BlobErrorCode RequestBodyTooLarge { get; } = new(nameof(RequestBodyTooLarge));

    public static BlobErrorCode ResourceAlreadyExists { get; } = new(nameof(ResourceAlreadyExists));

    public static BlobErrorCode ResourceNotFound { get; } = new(nameof(ResourceNotFound));

    public static BlobErrorCode ServerBusy { get; } = new(nameof(ServerBusy));

    public static BlobErrorCode SnapshotsPresent { get; } = new(nameof(SnapshotsPresent));

    public static BlobErrorCode TargetConditionNotMet { get; } = new(nameof(TargetConditionNotMet));

    public static BlobErrorCode UnauthorizedBlobOverwrite { get; } = new(nameof(UnauthorizedBlobOverwrite));

    public static BlobErrorCode UnsupportedHeader { get; } = new(nameof(UnsupportedHeader));

    public bool Equals(BlobErrorCode other) => string.Equals(_value, other._value, StringComparison.OrdinalIgnoreCase);

    public bool Equals(string? value) => string.Equals(_value, value, StringComparison.OrdinalIgnoreCase);

    public override bool Equals(object? obj) => obj is BlobErrorCode other && Equals(other);

    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(_value ?? "");

    public override string ToString() => _value;

    public static implicit operator BlobErrorCode(string value) => new(value);

    public static bool operator ==(BlobErrorCode left, BlobErrorCode right) => left.Equals(right);

    public static bool operator !=(BlobErrorCode left, BlobErrorCode right) => !left.Equals(right);

    public static bool operator ==(BlobErrorCode code, string? value) => code.Equals(value);

    public static bool operator !=(BlobErrorCode code, string? value) => !code.Equals(value);

    public static bool operator ==(string? value, BlobErrorCode code) => code.Equals(value);

    public static bool operator !=(string? value, BlobErrorCode code) => !code.Equals(value);
}
