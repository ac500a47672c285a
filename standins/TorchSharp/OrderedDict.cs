using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace TorchSharp.Utils;

/// <summary>A dictionary that enumerates in the order of insertion.</summary>
public class OrderedDict<TKey, TValue> : IDictionary<TKey, TValue>, IList<(TKey, TValue)> where TKey : notnull
{
    private readonly List<(TKey Key, TValue Value)> list = [];
    private readonly Dictionary<TKey, TValue> index = [];

    public int Count => list.Count;

    public bool IsReadOnly => false;

    public ICollection<TKey> Keys => list.ConvertAll(entry => entry.Key);

    public ICollection<TValue> Values => list.ConvertAll(entry => entry.Value);

    public TValue this[TKey key]
    {
        get => index[key];
        set
        {
            if (index.TryAdd(key, value))
            {
                list.Add((key, value));
                return;
            }
            index[key] = value;
            list[Position(key)] = (key, value);
        }
    }

    public (TKey, TValue) this[int index]
    {
        get => list[index];
        set
        {
            this.index.Remove(list[index].Key);
            this.index.Add(value.Item1, value.Item2);
            list[index] = value;
        }
    }

    public IEnumerator<(TKey, TValue)> items() => list.GetEnumerator();

    public IEnumerable<TKey> keys() => Keys;

    public IEnumerable<TValue> values() => Values;

    public void clear() => Clear();

    public void Clear()
    {
        list.Clear();
        index.Clear();
    }

    public void Add(TKey key, TValue value)
    {
        index.Add(key, value);
        list.Add((key, value));
    }

    public void Add((TKey, TValue) item) => Add(item.Item1, item.Item2);

    public void Add(KeyValuePair<TKey, TValue> item) => Add(item.Key, item.Value);

    /// <summary>Adds unless the key is taken.</summary>
    internal bool TryAdd(TKey key, TValue value)
    {
        if (!index.TryAdd(key, value)) return false;
        list.Add((key, value));
        return true;
    }

    public void Insert(int index, (TKey, TValue) item)
    {
        this.index.Add(item.Item1, item.Item2);
        list.Insert(index, item);
    }

    public bool Remove(TKey key)
    {
        if (!index.Remove(key)) return false;
        list.RemoveAt(Position(key));
        return true;
    }

    public bool Remove((TKey, TValue) item) => Contains(item) && Remove(item.Item1);

    public bool Remove(KeyValuePair<TKey, TValue> item) => Remove((item.Key, item.Value));

    public void RemoveAt(int index)
    {
        this.index.Remove(list[index].Key);
        list.RemoveAt(index);
    }

    public bool ContainsKey(TKey key) => index.ContainsKey(key);

    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value) => index.TryGetValue(key, out value);

    public bool Contains((TKey, TValue) item) => list.Contains(item);

    public bool Contains(KeyValuePair<TKey, TValue> item) => Contains((item.Key, item.Value));

    public int IndexOf((TKey, TValue) item) => list.IndexOf(item);

    public void CopyTo((TKey, TValue)[] array, int arrayIndex) => list.CopyTo(array, arrayIndex);

    public void CopyTo(KeyValuePair<TKey, TValue>[] array, int arrayIndex)
    {
        foreach ((TKey key, TValue value) in list) array[arrayIndex++] = new KeyValuePair<TKey, TValue>(key, value);
    }

    public IEnumerator<(TKey, TValue)> GetEnumerator() => list.GetEnumerator();

    IEnumerator<KeyValuePair<TKey, TValue>> IEnumerable<KeyValuePair<TKey, TValue>>.GetEnumerator() =>
        list.Select(entry => new KeyValuePair<TKey, TValue>(entry.Key, entry.Value)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int Position(TKey key) => list.FindIndex(entry => EqualityComparer<TKey>.Default.Equals(entry.Key, key));
}
