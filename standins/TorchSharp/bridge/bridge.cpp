// Calls any ATen operator through libtorch's boxed dispatcher, so that a new operator is one line of C#. Compiles on libtorch
// 1.13 and 2.x; CUDA is whatever the libtorch at hand offers.

#include "bridge.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/version.h>

#include <cstring>

namespace {

enum Tag : int32_t {
    Default, None, Tensor, Int, Double, Bool, IntList, TensorList, OptionalTensorList, String, Device, Generator
};

// Mirrors NativeArgument in C#: 16 bytes.
struct Argument {
    int32_t tag;
    int32_t count;
    union { int64_t integer; double real; const void* pointer; void* handle; };
};

struct Operator {
    c10::OperatorHandle handle;
    std::vector<c10::IValue> defaults;   // one an argument; None where the schema has no default
};

thread_local torch::jit::Stack spare;   // the last call's stack, kept for its memory

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 5)
using OptionalTensor = std::optional<at::Tensor>;
#else
using OptionalTensor = c10::optional<at::Tensor>;
#endif

at::TensorImpl* impl(void* handle) { return static_cast<at::TensorImpl*>(handle); }

std::vector<at::Tensor> borrow_all(void* const* handles, int64_t count) {
    std::vector<at::Tensor> tensors;
    tensors.reserve(count);
    for (int64_t i = 0; i < count; i++) tensors.push_back(borrow(handles[i]));
    return tensors;
}

c10::Device device_of(int64_t packed) {   // type in the low byte, index + 1 above it
    return c10::Device(static_cast<c10::DeviceType>(packed & 0xff), static_cast<c10::DeviceIndex>((packed >> 8) - 1));
}

c10::IValue value_of(const Argument& a, const c10::IValue& byDefault) {
    switch (a.tag) {
        case Default: return byDefault;
        case None: return c10::IValue();
        case Tensor: return a.handle ? c10::IValue(borrow(a.handle)) : c10::IValue();
        case Int: return c10::IValue(a.integer);
        case Double: return c10::IValue(a.real);
        case Bool: return c10::IValue(a.integer != 0);
        case IntList: return c10::IValue(at::IntArrayRef(static_cast<const int64_t*>(a.pointer), a.count));
        case TensorList: return c10::IValue(borrow_all(static_cast<void* const*>(a.pointer), a.count));
        case OptionalTensorList: {
            auto handles = static_cast<void* const*>(a.pointer);
            c10::List<OptionalTensor> list;
            for (int32_t i = 0; i < a.count; i++) {
                list.push_back(handles[i] ? OptionalTensor(borrow(handles[i])) : OptionalTensor());
            }
            return c10::IValue(std::move(list));
        }
        case String: return c10::IValue(std::string(static_cast<const char*>(a.pointer), a.count));
        case Device: return c10::IValue(device_of(a.integer));
        case Generator: return c10::IValue(generator_of(a.handle));
        default: throw std::runtime_error("unknown argument tag");
    }
}

}  // namespace

EXPORT const char* bridge_last_error() { return last_error().c_str(); }

// ---- operators ------------------------------------------------------------------------------------------------------

EXPORT void* bridge_operator(const char* name, const char* overload) {
    return guarded<void*>(nullptr, [&]() -> void* {
        auto found = c10::Dispatcher::singleton().findSchema({name, overload});
        if (!found) throw std::runtime_error(std::string("this libtorch has no operator ") + name + "." + overload);
        std::vector<c10::IValue> defaults;
        for (const auto& argument : found->schema().arguments()) {
            defaults.push_back(argument.default_value() ? *argument.default_value() : c10::IValue());
        }
        return new Operator{*found, std::move(defaults)};
    });
}

// Calls an operator. Arguments beyond `count` take the schema's defaults. Writes at most `capacity` results, a tensor list
// counting one result an element, and returns how many there are.
EXPORT int32_t bridge_call(const Operator* op, const Argument* arguments, int32_t count, Argument* results, int32_t capacity) {
    return guarded(-1, [&] {
        torch::jit::Stack stack = std::move(spare);
        stack.clear();
        for (size_t i = 0; i < op->defaults.size(); i++) {
            stack.push_back(static_cast<int32_t>(i) < count ? value_of(arguments[i], op->defaults[i]) : op->defaults[i]);
        }
        op->handle.callBoxed(&stack);
        int32_t written = 0;
        auto put = [&](int32_t tag) -> Argument* {
            if (written == capacity) return nullptr;
            results[written].tag = tag;
            results[written].count = 1;
            return &results[written++];
        };
        for (auto& value : stack) {
            if (capacity == 0) break;
            if (value.isTensor()) {
                if (auto* r = put(Tensor)) r->handle = own(std::move(value).toTensor());
            } else if (value.isTensorList()) {
                for (at::Tensor t : value.toTensorVector()) {
                    auto* r = put(Tensor);
                    if (!r) throw std::runtime_error("more tensors returned than there is room for");
                    r->handle = own(std::move(t));
                }
            } else if (value.isInt()) {
                if (auto* r = put(Int)) r->integer = value.toInt();
            } else if (value.isBool()) {
                if (auto* r = put(Bool)) r->integer = value.toBool();
            } else if (value.isDouble()) {
                if (auto* r = put(Double)) r->real = value.toDouble();
            } else if (auto* r = put(None)) {
                r->handle = nullptr;
            }
        }
        stack.clear();
        spare = std::move(stack);
        return written;
    });
}

// ---- tensors --------------------------------------------------------------------------------------------------------

EXPORT void bridge_release(void* t) { Impl::reclaim(impl(t)); }

EXPORT int64_t bridge_dim(void* t) { return impl(t)->dim(); }

EXPORT int64_t bridge_numel(void* t) { return impl(t)->numel(); }

EXPORT void bridge_sizes(void* t, int64_t* into) {
    auto sizes = impl(t)->sizes();
    std::memcpy(into, sizes.data(), sizes.size() * sizeof(int64_t));
}

EXPORT void bridge_strides(void* t, int64_t* into) {
    auto strides = impl(t)->strides();
    std::memcpy(into, strides.data(), strides.size() * sizeof(int64_t));
}

EXPORT int32_t bridge_dtype(void* t) { return static_cast<int32_t>(c10::typeMetaToScalarType(impl(t)->dtype())); }

EXPORT int64_t bridge_device(void* t) {
    auto device = impl(t)->device();
    return static_cast<int64_t>(device.type()) | (static_cast<int64_t>(device.index()) + 1) << 8;
}

EXPORT int64_t bridge_element_size(void* t) { return static_cast<int64_t>(impl(t)->itemsize()); }

EXPORT int64_t bridge_storage_offset(void* t) { return impl(t)->storage_offset(); }

EXPORT int32_t bridge_is_contiguous(void* t) { return impl(t)->is_contiguous(); }

EXPORT void* bridge_data(void* t) {
    return guarded<void*>(nullptr, [&] {
        auto tensor = borrow(t);
        return tensor.data_ptr();
    });
}

// Bytes that die with this tensor: those of its storage when it alone holds it (a view of a living tensor costs nothing).
EXPORT int64_t bridge_exclusive_bytes(void* t) {
    return guarded<int64_t>(0, [&]() -> int64_t {
        if (!impl(t)->has_storage()) return 0;
        const auto& storage = impl(t)->storage();
        return storage.use_count() == 1 ? static_cast<int64_t>(storage.nbytes()) : 0;
    });
}

// Wraps memory of the caller; `release(context)` runs when libtorch lets go of it. Kinds and units as in bridge_dtype.
EXPORT void* bridge_from_memory(void* data, const int64_t* sizes, int32_t dims, int32_t dtype, void* context, void (*release)(void*)) {
    return guarded<void*>(nullptr, [&] {
        auto options = at::TensorOptions().dtype(static_cast<c10::ScalarType>(dtype));
        return own(at::from_blob(data, at::IntArrayRef(sizes, dims), [=](void*) { release(context); }, options));
    });
}

// Copies memory of the caller into a new CPU tensor.
EXPORT void* bridge_copy_memory(const void* data, const int64_t* sizes, int32_t dims, int32_t dtype) {
    return guarded<void*>(nullptr, [&] {
        auto tensor = at::empty(at::IntArrayRef(sizes, dims), at::TensorOptions().dtype(static_cast<c10::ScalarType>(dtype)));
        if (tensor.nbytes() > 0) std::memcpy(tensor.data_ptr(), data, tensor.nbytes());
        return own(tensor);
    });
}

// ---- autograd -------------------------------------------------------------------------------------------------------

EXPORT int32_t bridge_requires_grad(void* t) {
    return guarded(-1, [&] { return borrow(t).requires_grad() ? 1 : 0; });
}

EXPORT int32_t bridge_set_requires_grad(void* t, int32_t value) {
    return guarded(-1, [&] {
        borrow(t).requires_grad_(value != 0);
        return 0;
    });
}

EXPORT int32_t bridge_is_leaf(void* t) {
    return guarded(-1, [&] { return borrow(t).is_leaf() ? 1 : 0; });
}

EXPORT int32_t bridge_retain_grad(void* t) {
    return guarded(-1, [&] {
        borrow(t).retain_grad();
        return 0;
    });
}

// The gradient, or 0 when there is none; *failed tells that from an error.
EXPORT void* bridge_grad(void* t, int32_t* failed) {
    *failed = 1;
    return guarded<void*>(nullptr, [&] {
        auto grad = borrow(t).grad();
        *failed = 0;
        return own(grad);
    });
}

EXPORT int32_t bridge_set_grad(void* t, void* grad) {
    return guarded(-1, [&] {
        borrow(t).mutable_grad() = borrow(grad);
        return 0;
    });
}

EXPORT int32_t bridge_backward(void* const* roots, void* const* seeds, int32_t rootCount, void* const* inputs, int32_t inputCount,
                               int32_t retainGraph, int32_t createGraph) {
    return guarded(-1, [&] {
        torch::autograd::backward(borrow_all(roots, rootCount), seeds ? borrow_all(seeds, rootCount) : std::vector<at::Tensor>{},
                                  retainGraph != 0, createGraph != 0, borrow_all(inputs, inputCount));
        return 0;
    });
}

EXPORT int32_t bridge_gradients(void* const* outputs, void* const* seeds, int32_t outputCount, void* const* inputs, int32_t inputCount,
                                int32_t retainGraph, int32_t createGraph, int32_t allowUnused, void** results) {
    return guarded(-1, [&] {
        auto grads = torch::autograd::grad(borrow_all(outputs, outputCount), borrow_all(inputs, inputCount),
                                           seeds ? borrow_all(seeds, outputCount) : std::vector<at::Tensor>{}, retainGraph != 0,
                                           createGraph != 0, allowUnused != 0);
        for (size_t i = 0; i < grads.size(); i++) results[i] = own(grads[i]);
        return 0;
    });
}

EXPORT int32_t bridge_grad_mode() { return c10::GradMode::is_enabled(); }

EXPORT void bridge_set_grad_mode(int32_t enabled) { c10::GradMode::set_enabled(enabled != 0); }

EXPORT void* bridge_inference_enter(int32_t enabled) { return new c10::InferenceMode(enabled != 0); }

EXPORT void bridge_inference_leave(void* guard) { delete static_cast<c10::InferenceMode*>(guard); }

EXPORT int32_t bridge_inference_mode() { return c10::InferenceMode::is_enabled(); }
