using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sweep.Testing;

/// <summary>Malformed variants of something sound. The same seed gives the same ones, and whoever fails says which.</summary>
public sealed class Mutations(int seed)
{
    private static readonly string[] s_values =
    [
        "null", "true", "-1", "0", "1e999", "-1e999", "1e-400", "99999999999999999999", "9223372036854775807", "-9223372036854775808", "2147483648", "0.5", "\"\"", "\"NaN\"", "\"Infinity\"",
        "\"-Infinity\"", "\"../../etc/passwd\"", "\"/etc/passwd\"", "\"..\"", "\"a\\u0000b\"", "\"\\u001b[2J\"", "\"\\r\\nX: y\"", "\"\\ud800\"", "\"\\u202egnp\"", "{}", "[]", "[[[[[[[[]]]]]]]]",
        "{\"a\":{\"a\":{\"a\":{}}}}", "[null]", "{\"\":null}",
    ];

    private static readonly string[] s_words = ["\0", "\uFEFF", "\u001b", "\n", "\r", "\t", "- ", ": ", "&a ", "*a", "!!int ", "<<: ", "{", "}", "[", "]", "\"", "'", "|", ">", "#", "%", "@", "`", "---\n", "...\n", "? ", "\ud800", "1e999", "0x"];

    private readonly Random _random = new(seed);

    public Random Random => _random;

    /// <summary>Tries each of so many variants.</summary>
    /// <exception cref="InvalidOperationException">One met another fate than <paramref name="each"/> knows; the message names seed and round.</exception>
    public static async Task Try(int seed, int rounds, Func<Mutations, Task> each)
    {
        ArgumentNullException.ThrowIfNull(each);
        var mutations = new Mutations(seed);
        for (var round = 0; round < rounds; round++)
        {
            try
            {
                await each(mutations);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException(FormattableString.Invariant($"Seed {seed}, round {round}: {e.GetType().Name}: {e.Message}"), e);
            }
        }
    }

    /// <summary>As <see cref="Try(int, int, Func{Mutations, Task})"/>, for what does not wait.</summary>
    public static void Try(int seed, int rounds, Action<Mutations> each) => Try(seed, rounds, mutations =>
    {
        each(mutations);
        return Task.CompletedTask;
    }).GetAwaiter().GetResult();

    public T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];

    /// <summary>Bytes changed, cut out, doubled, cut off, put in.</summary>
    public byte[] Bytes(ReadOnlySpan<byte> sound)
    {
        List<byte> bytes = [.. sound];
        for (var edits = _random.Next(1, 6); edits > 0; edits--)
        {
            var at = _random.Next(bytes.Count + 1);
            var length = Math.Min(_random.Next(1, 1 + Math.Max(1, bytes.Count / 4)), bytes.Count - at);
            switch (_random.Next(6))
            {
                case 0 when at < bytes.Count:
                    bytes[at] = (byte)_random.Next(256);
                    break;
                case 1 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << _random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 4:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    var noise = new byte[_random.Next(1, 40)];
                    _random.NextBytes(noise);
                    bytes.InsertRange(at, noise);
                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>Text with what means something to YAML, JSON and terminals put in, and the rest as <see cref="Bytes"/>.</summary>
    public string Text(string sound)
    {
        ArgumentNullException.ThrowIfNull(sound);
        var text = new StringBuilder(sound);
        for (var edits = _random.Next(1, 5); edits > 0; edits--)
        {
            var at = _random.Next(text.Length + 1);
            var length = Math.Min(_random.Next(1, 30), text.Length - at);
            switch (_random.Next(5))
            {
                case 0:
                    text.Insert(at, Pick(s_words));
                    break;
                case 1:
                    text.Insert(at, Pick(s_values));
                    break;
                case 2:
                    text.Remove(at, length);
                    break;
                case 3:
                    text.Insert(at, text.ToString(at, length));
                    break;
                default:
                    text.Insert(at, new string(Pick("[{ \t-#:\"".ToCharArray()), _random.Next(1, 3000)));
                    break;
            }
        }

        return text.ToString();
    }

    /// <summary>JSON in which members are of another type, out of range, missing, or too many; still JSON.</summary>
    public string Json(string sound)
    {
        var root = JsonNode.Parse(sound)!;
        for (var edits = _random.Next(1, 4); edits > 0; edits--)
        {
            List<JsonNode> places = [];
            Collect(root, places);
            if (places.Count > 0)
            {
                Edit(Pick(places));
            }
        }

        // Half of a surrogate pair cannot be written as such, only escaped.
        return root.ToJsonString(new JsonSerializerOptions());
    }

    private void Edit(JsonNode place)
    {
        switch (place)
        {
            case JsonObject { Count: > 0 } members:
                var name = Pick(members.Select(member => member.Key).ToList());
                switch (_random.Next(5))
                {
                    case 0:
                        members.Remove(name);
                        break;
                    case 1:
                        members["x" + _random.Next(9)] = Value();
                        break;
                    case 2:
                        members[name] = new string('x', _random.Next(100_000));
                        break;
                    default:
                        members[name] = Value();
                        break;
                }

                break;
            case JsonArray items:
                switch (_random.Next(4))
                {
                    case 0 when items.Count > 0:
                        items.RemoveAt(_random.Next(items.Count));
                        break;
                    case 1 when items.Count > 0:
                        var item = Pick(items.ToList());
                        for (var more = _random.Next(2000); more > 0; more--)
                        {
                            items.Add(item?.DeepClone());
                        }

                        break;
                    default:
                        items.Insert(_random.Next(items.Count + 1), Value());
                        break;
                }

                break;
        }
    }

    private JsonNode? Value()
    {
        var text = Pick(s_values);
        return text == "\"\\ud800\"" ? JsonValue.Create("\uFFFD") : JsonNode.Parse(text);
    }

    private static void Collect(JsonNode node, List<JsonNode> places)
    {
        if (node is JsonObject members)
        {
            places.Add(members);
            foreach (var (_, value) in members)
            {
                if (value is not null)
                {
                    Collect(value, places);
                }
            }
        }
        else if (node is JsonArray items)
        {
            places.Add(items);
            foreach (var item in items.OfType<JsonNode>())
            {
                Collect(item, places);
            }
        }
    }
}
