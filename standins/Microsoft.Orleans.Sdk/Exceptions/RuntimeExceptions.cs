namespace Orleans.Runtime
{
    /// <summary>The root of the runtime's own exceptions.</summary>
    [GenerateSerializer]
    public class OrleansException : Exception
    {
        public OrleansException()
            : base("Unexpected error.")
        {
        }

        public OrleansException(string message)
            : base(message)
        {
        }

        public OrleansException(string message, Exception innerException)
            : base(message, innerException)
        {
        }
    }

    /// <summary>A call was refused on its way: its silo is unknown, unreachable or stopping.</summary>
    [GenerateSerializer]
    public class OrleansMessageRejectionException : OrleansException
    {
        internal OrleansMessageRejectionException(string message)
            : base(message)
        {
        }

        internal OrleansMessageRejectionException(string message, Exception innerException)
            : base(message, innerException)
        {
        }
    }

    /// <summary>The silo of a call has gone while the call was on its way.</summary>
    [GenerateSerializer]
    public sealed class SiloUnavailableException : OrleansMessageRejectionException
    {
        public SiloUnavailableException()
            : base("SiloUnavailableException")
        {
        }

        public SiloUnavailableException(string msg)
            : base(msg)
        {
        }

        public SiloUnavailableException(string message, Exception innerException)
            : base(message, innerException)
        {
        }
    }

    /// <summary>The configuration of a silo or client breaks a rule.</summary>
    [GenerateSerializer]
    public sealed class OrleansConfigurationException : Exception
    {
        public OrleansConfigurationException(string message)
            : base(message)
        {
        }

        public OrleansConfigurationException(string message, Exception innerException)
            : base(message, innerException)
        {
        }
    }

    /// <summary>A lifecycle was told to stop before all stages had started.</summary>
    [GenerateSerializer]
    public sealed class OrleansLifecycleCanceledException : OrleansException
    {
        internal OrleansLifecycleCanceledException(string message)
            : base(message)
        {
        }
    }
}

namespace Orleans.Runtime.Messaging
{
    /// <summary>A connection could not be made, or was refused.</summary>
    [GenerateSerializer]
    public class ConnectionFailedException : OrleansException
    {
        public ConnectionFailedException()
        {
        }

        public ConnectionFailedException(string message)
            : base(message)
        {
        }

        public ConnectionFailedException(string message, Exception innerException)
            : base(message, innerException)
        {
        }
    }

    /// <summary>A peer sent bytes that are no frame.</summary>
    [GenerateSerializer]
    public sealed class InvalidMessageFrameException : OrleansException
    {
        public InvalidMessageFrameException()
        {
        }

        public InvalidMessageFrameException(string message)
            : base(message)
        {
        }

        public InvalidMessageFrameException(string message, Exception innerException)
            : base(message, innerException)
        {
        }
    }
}

namespace Orleans.Serialization
{
    /// <summary>A value could not be written or read.</summary>
    [GenerateSerializer]
    public class SerializerException : Exception
    {
        public SerializerException()
        {
        }

        public SerializerException(string message)
            : base(message)
        {
        }

        public SerializerException(string message, Exception innerException)
            : base(message, innerException)
        {
        }
    }

    /// <summary>A type has neither <c>[GenerateSerializer]</c>, nor a codec of the framework's types, nor the JSON codec's consent.</summary>
    [GenerateSerializer]
    public sealed class CodecNotFoundException(string message) : SerializerException(message);

    /// <summary>Stands for an exception whose type the receiver does not know or may not make.</summary>
    public sealed class UnavailableExceptionFallbackException : Exception
    {
        public UnavailableExceptionFallbackException()
        {
        }

        public UnavailableExceptionFallbackException(string message, Exception innerException)
            : base(message, innerException)
        {
        }

        /// <summary>The name of the type that was thrown.</summary>
        public string? ExceptionType { get; internal set; }

        public override string ToString() => string.IsNullOrWhiteSpace(ExceptionType)
            ? $"Unknown exception: {base.ToString()}"
            : $"Unknown exception of type {ExceptionType}: {base.ToString()}";
    }
}
