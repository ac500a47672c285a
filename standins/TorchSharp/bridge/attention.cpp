// softmax(scale · Q Kᵀ) V for floats on the CPU, forward and backward, without a kernel launch a head and without copies into
// contiguous memory: libtorch before 2.0 has no fused attention, and its batched product loops over the heads through BLAS.
// Heads run in parallel on libtorch's threads. The backward pass computes the weights again from each row's peak and share,
// so nothing of size N × N is kept.
//
// B batch, H heads, N queries, S keys, D width of queries and keys, E width of values. Columns are padded to whole vectors.

#include "bridge.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <torch/csrc/autograd/custom_function.h>

#include <limits>

// One clone for each vector width that matters; the loader picks what the processor has.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define PER_PROCESSOR __attribute__((target_clones("avx512f", "fma", "default")))
#else
#define PER_PROCESSOR
#endif
#define INLINE inline __attribute__((always_inline))

namespace {

constexpr int64_t Lanes = 16;
constexpr int64_t RowsAtOnce = 6;   // with one vector each, they fill AVX2's registers

typedef float Vector __attribute__((vector_size(Lanes * sizeof(float)), aligned(4), may_alias));
typedef int32_t Integers __attribute__((vector_size(Lanes * sizeof(int32_t))));

int64_t padded(int64_t columns) { return (columns + Lanes - 1) / Lanes * Lanes; }

// Where the rows of one head lie.
struct Rows {
    const float* first;
    int64_t stride;
};

// c[m, n] = a[m, k] b[k, n]; a by strides, so that it may be transposed; b and c row by row, n a multiple of Lanes.
template <int64_t Count>
INLINE void multiply_rows(const float* a, int64_t aRow, int64_t aColumn, const float* b, float* c, int64_t n, int64_t k) {
    for (int64_t j = 0; j < n; j += Lanes) {
        Vector sum[Count];
#pragma GCC unroll 8
        for (int64_t r = 0; r < Count; r++) sum[r] = Vector{};
        for (int64_t p = 0; p < k; p++) {
            const Vector right = *reinterpret_cast<const Vector*>(b + p * n + j);
#pragma GCC unroll 8
            for (int64_t r = 0; r < Count; r++) sum[r] += a[r * aRow + p * aColumn] * right;
        }
#pragma GCC unroll 8
        for (int64_t r = 0; r < Count; r++) *reinterpret_cast<Vector*>(c + r * n + j) = sum[r];
    }
}

PER_PROCESSOR void multiply(const float* a, int64_t aRow, int64_t aColumn, const float* b, float* c, int64_t m, int64_t n, int64_t k) {
    int64_t i = 0;
    for (; i + RowsAtOnce <= m; i += RowsAtOnce) multiply_rows<RowsAtOnce>(a + i * aRow, aRow, aColumn, b, c + i * n, n, k);
    a += i * aRow;
    c += i * n;
    switch (m - i) {
        case 5: return multiply_rows<5>(a, aRow, aColumn, b, c, n, k);
        case 4: return multiply_rows<4>(a, aRow, aColumn, b, c, n, k);
        case 3: return multiply_rows<3>(a, aRow, aColumn, b, c, n, k);
        case 2: return multiply_rows<2>(a, aRow, aColumn, b, c, n, k);
        case 1: return multiply_rows<1>(a, aRow, aColumn, b, c, n, k);
    }
}

// e^x for x <= 0, to float precision: x = n ln 2 + r, a polynomial in r, and n into the exponent.
INLINE void exponentiate(Vector& x) {
    const Vector lowest = Vector{} - 87.0f;
    x = x < lowest ? lowest : x;
    const Integers n = __builtin_convertvector(x * 1.44269504f - 0.5f, Integers);
    const Vector whole = __builtin_convertvector(n, Vector);
    const Vector r = (x - whole * 0.693359375f) + whole * 2.12194440e-4f;
    Vector y = r * 1.9875691500e-4f + 1.3981999507e-3f;
    y = y * r + 8.3334519073e-3f;
    y = y * r + 4.1665795894e-2f;
    y = y * r + 1.6666665459e-1f;
    y = y * r + 5.0000001201e-1f;
    y = y * (r * r) + r + 1.0f;
    const Integers power = (n + 127) << 23;
    x = y * reinterpret_cast<const Vector&>(power);
}

template <class Combine>
INLINE float across(Vector v, Combine combine) {
    float lanes[Lanes];
    *reinterpret_cast<Vector*>(lanes) = v;
#pragma GCC unroll 4
    for (int64_t half = Lanes / 2; half > 0; half /= 2) {
#pragma GCC unroll 8
        for (int64_t l = 0; l < half; l++) lanes[l] = combine(lanes[l], lanes[l + half]);
    }
    return lanes[0];
}

// How a row of scores becomes weights: w = e^(scale · score - peak) · share.
struct Softness {
    float peak, share;
};

// Scores of a row to weights, in place. The padding, too, holds numbers afterwards, which nobody reads.
INLINE Softness soften(float* row, int64_t count, int64_t width, float scale) {
    for (int64_t j = count; j < width; j++) row[j] = -std::numeric_limits<float>::max();
    Vector largest = *reinterpret_cast<Vector*>(row);
    for (int64_t j = Lanes; j < width; j += Lanes) {
        const Vector x = *reinterpret_cast<Vector*>(row + j);
        largest = x > largest ? x : largest;
    }
    const float peak = scale * across(largest, [](float a, float b) { return a > b ? a : b; });
    Vector sum = {};
    for (int64_t j = 0; j < width; j += Lanes) {
        Vector x = *reinterpret_cast<Vector*>(row + j) * scale - peak;
        exponentiate(x);
        *reinterpret_cast<Vector*>(row + j) = x;
        sum += x;
    }
    const float share = 1 / across(sum, [](float a, float b) { return a + b; });
    for (int64_t j = 0; j < width; j += Lanes) *reinterpret_cast<Vector*>(row + j) *= share;
    return {peak, share};
}

// rows [n, width] into [n, padded(width)].
INLINE void pack(Rows rows, int64_t n, int64_t width, float* into) {
    const int64_t columns = (width + Lanes - 1) / Lanes * Lanes;
    for (int64_t i = 0; i < n; i++) {
        for (int64_t d = 0; d < width; d++) into[i * columns + d] = rows.first[i * rows.stride + d];
        for (int64_t d = width; d < columns; d++) into[i * columns + d] = 0;
    }
}

// rows [n, width] into [width, padded(n)].
INLINE void pack_transposed(Rows rows, int64_t n, int64_t width, float* into) {
    const int64_t columns = (n + Lanes - 1) / Lanes * Lanes;
    for (int64_t d = 0; d < width; d++) {
        for (int64_t i = 0; i < n; i++) into[d * columns + i] = rows.first[i * rows.stride + d];
        for (int64_t i = n; i < columns; i++) into[d * columns + i] = 0;
    }
}

INLINE void unpack(const float* from, int64_t n, int64_t width, float scale, float* into, int64_t stride) {
    const int64_t columns = (width + Lanes - 1) / Lanes * Lanes;
    for (int64_t i = 0; i < n; i++) {
        for (int64_t d = 0; d < width; d++) into[i * stride + d] = from[i * columns + d] * scale;
    }
}

struct Extent {
    int64_t queries, keys, width, valueWidth;
    float scale;

    int64_t scratch() const {
        return (width + valueWidth + 2 * queries) * padded(keys) + 2 * (queries + keys) * padded(width) +
               (queries + keys) * padded(valueWidth);
    }
};

PER_PROCESSOR void forward_head(const Extent& e, Rows q, Rows k, Rows v, float* out, int64_t outStride, Softness* softness,
                                float* scratch) {
    const int64_t keyColumns = (e.keys + Lanes - 1) / Lanes * Lanes, valueColumns = (e.valueWidth + Lanes - 1) / Lanes * Lanes;
    float* keys = scratch;                                // [D, S]
    float* values = keys + e.width * keyColumns;          // [S, E]
    float* weights = values + e.keys * valueColumns;      // [N, S]
    float* mixed = weights + e.queries * keyColumns;      // [N, E]
    pack_transposed(k, e.keys, e.width, keys);
    pack(v, e.keys, e.valueWidth, values);
    multiply(q.first, q.stride, 1, keys, weights, e.queries, keyColumns, e.width);
    for (int64_t i = 0; i < e.queries; i++) softness[i] = soften(weights + i * keyColumns, e.keys, keyColumns, e.scale);
    multiply(weights, keyColumns, 1, values, mixed, e.queries, valueColumns, e.keys);
    unpack(mixed, e.queries, e.valueWidth, 1, out, outStride);
}

// With P the weights and G the gradient of the output: dV = Pᵀ G; dP = G Vᵀ; dS = P ∘ (dP - rowsum(P ∘ dP)), which is the
// gradient of the softmax; dQ = scale · dS K; dK = scale · dSᵀ Q.
PER_PROCESSOR void backward_head(const Extent& e, Rows q, Rows k, Rows v, Rows g, const Softness* softness, float* dq, float* dk,
                                 float* dv, int64_t dqStride, int64_t dkStride, int64_t dvStride, float* scratch) {
    const int64_t keyColumns = (e.keys + Lanes - 1) / Lanes * Lanes, columns = (e.width + Lanes - 1) / Lanes * Lanes;
    const int64_t valueColumns = (e.valueWidth + Lanes - 1) / Lanes * Lanes;
    float* panel = scratch;                                               // Kᵀ [D, S], then Vᵀ [E, S]
    float* weights = panel + (e.width + e.valueWidth) * keyColumns;       // P [N, S]
    float* slopes = weights + e.queries * keyColumns;                     // dP, then dS [N, S]
    float* rows = slopes + e.queries * keyColumns;                        // K [S, D], then Q [N, D]
    float* result = rows + (e.queries + e.keys) * columns;                // dQ [N, D], then dK [S, D]
    float* gradient = result + (e.queries + e.keys) * columns;            // G [N, E]
    float* values = gradient + e.queries * valueColumns;                  // dV [S, E]

    pack_transposed(k, e.keys, e.width, panel);
    multiply(q.first, q.stride, 1, panel, weights, e.queries, keyColumns, e.width);
    for (int64_t i = 0; i < e.queries; i++) {
        float* row = weights + i * keyColumns;
        for (int64_t j = 0; j < keyColumns; j += Lanes) {
            Vector x = *reinterpret_cast<Vector*>(row + j) * e.scale - softness[i].peak;
            x = x > 0.0f ? Vector{} : x;   // the padding's score of 0 may lie above the peak
            exponentiate(x);
            *reinterpret_cast<Vector*>(row + j) = x * softness[i].share;
        }
        for (int64_t j = e.keys; j < keyColumns; j++) row[j] = 0;
    }

    pack(g, e.queries, e.valueWidth, gradient);
    multiply(weights, 1, keyColumns, gradient, values, e.keys, valueColumns, e.queries);
    unpack(values, e.keys, e.valueWidth, 1, dv, dvStride);

    pack_transposed(v, e.keys, e.valueWidth, panel);
    multiply(gradient, valueColumns, 1, panel, slopes, e.queries, keyColumns, e.valueWidth);
    for (int64_t i = 0; i < e.queries; i++) {
        const float* weight = weights + i * keyColumns;
        float* slope = slopes + i * keyColumns;
        Vector sums = {};
        for (int64_t j = 0; j < keyColumns; j += Lanes)
            sums += *reinterpret_cast<const Vector*>(weight + j) * *reinterpret_cast<Vector*>(slope + j);
        const float mean = across(sums, [](float a, float b) { return a + b; });
        for (int64_t j = 0; j < keyColumns; j += Lanes) {
            Vector& x = *reinterpret_cast<Vector*>(slope + j);
            x = *reinterpret_cast<const Vector*>(weight + j) * (x - mean);
        }
    }

    pack(k, e.keys, e.width, rows);
    multiply(slopes, keyColumns, 1, rows, result, e.queries, columns, e.keys);
    unpack(result, e.queries, e.width, e.scale, dq, dqStride);
    pack(q, e.queries, e.width, rows);
    multiply(slopes, 1, keyColumns, rows, result, e.keys, columns, e.queries);
    unpack(result, e.keys, e.width, e.scale, dk, dkStride);
}

// A tensor [B, H, N, D] whose memory is [B, N, H, D], as the linear layers around attention want it.
at::Tensor heads_apart(int64_t batch, int64_t heads, int64_t rows, int64_t width, const at::Tensor& like) {
    return at::empty({batch, rows, heads, width}, like.options()).transpose(1, 2);
}

at::Tensor with_adjacent_elements(const at::Tensor& t) { return t.stride(-1) == 1 ? t : t.contiguous(); }

Rows rows_of(const at::Tensor& t, int64_t head) {
    const int64_t heads = t.size(1);
    return {t.data_ptr<float>() + head / heads * t.stride(0) + head % heads * t.stride(1), t.stride(2)};
}

float* writable(const at::Tensor& t, int64_t head) { return const_cast<float*>(rows_of(t, head).first); }

Softness* softness_of(const at::Tensor& all, int64_t head) {
    return reinterpret_cast<Softness*>(all.data_ptr<float>() + head * all.stride(0));
}

template <class Body>
void for_each_head(const at::Tensor& q, const Extent& extent, Body body) {
    at::parallel_for(0, q.size(0) * q.size(1), 1, [&](int64_t begin, int64_t end) {
        std::vector<float> scratch(extent.scratch());
        for (int64_t head = begin; head < end; head++) body(head, scratch.data());
    });
}

struct Attention : torch::autograd::Function<Attention> {
    static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& query, const at::Tensor& key,
                              const at::Tensor& value, double scale) {
        const auto q = with_adjacent_elements(query), k = with_adjacent_elements(key), v = with_adjacent_elements(value);
        const Extent extent{q.size(2), k.size(2), q.size(3), v.size(3), static_cast<float>(scale)};
        auto out = heads_apart(q.size(0), q.size(1), extent.queries, extent.valueWidth, q);
        auto softness = at::empty({q.size(0) * q.size(1), extent.queries, 2}, q.options());
        for_each_head(q, extent, [&](int64_t head, float* scratch) {
            forward_head(extent, rows_of(q, head), rows_of(k, head), rows_of(v, head), writable(out, head), out.stride(2),
                         softness_of(softness, head), scratch);
        });
        context->save_for_backward({q, k, v, softness});
        context->saved_data["scale"] = scale;
        return out;
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   torch::autograd::variable_list outputs) {
        TORCH_CHECK(!c10::GradMode::is_enabled(), "the fused attention of TorchSharp's stand-in can be differentiated once only");
        const auto saved = context->get_saved_variables();
        const auto q = saved[0], k = saved[1], v = saved[2], softness = saved[3], g = with_adjacent_elements(outputs[0]);
        const auto scale = static_cast<float>(context->saved_data["scale"].toDouble());
        const Extent extent{q.size(2), k.size(2), q.size(3), v.size(3), scale};
        auto dq = heads_apart(q.size(0), q.size(1), extent.queries, extent.width, q);
        auto dk = heads_apart(q.size(0), q.size(1), extent.keys, extent.width, q);
        auto dv = heads_apart(q.size(0), q.size(1), extent.keys, extent.valueWidth, q);
        for_each_head(q, extent, [&](int64_t head, float* scratch) {
            backward_head(extent, rows_of(q, head), rows_of(k, head), rows_of(v, head), rows_of(g, head),
                          softness_of(softness, head), writable(dq, head), writable(dk, head), writable(dv, head),
                          dq.stride(2), dk.stride(2), dv.stride(2), scratch);
        });
        return {dq, dk, dv, at::Tensor()};
    }
};

}  // namespace

// Queries [B, H, N, D], keys [B, H, S, D], values [B, H, S, E], all floats on the CPU, to [B, H, N, E].
EXPORT void* bridge_attention(void* query, void* key, void* value, double scale) {
    return guarded<void*>(nullptr, [&] { return own(Attention::apply(borrow(query), borrow(key), borrow(value), scale)); });
}
