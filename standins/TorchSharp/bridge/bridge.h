// What the files of the bridge share.
//
// Conventions. A tensor handle is a TensorImpl* that owns one reference; 0 is the undefined tensor. Functions that can
// throw return a negative number or 0 and leave libtorch's message in the calling thread's last error.

#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#define EXPORT extern "C" __attribute__((visibility("default")))

using Impl = c10::intrusive_ptr<at::TensorImpl, at::UndefinedTensorImpl>;

inline std::string& last_error() {
    thread_local std::string message;
    return message;
}

inline at::Tensor borrow(void* handle) {
    return handle ? at::Tensor(Impl::reclaim_copy(static_cast<at::TensorImpl*>(handle))) : at::Tensor();
}

inline void* own(at::Tensor tensor) {
    return tensor.defined() ? tensor.unsafeReleaseTensorImpl() : nullptr;
}

inline at::Generator generator_of(void* handle) {
    return at::Generator(c10::intrusive_ptr<c10::GeneratorImpl>::reclaim_copy(static_cast<c10::GeneratorImpl*>(handle)));
}

template <class T, class F>
T guarded(T onError, F body) {
    try {
        return body();
    } catch (const c10::Error& e) {
        last_error() = e.what_without_backtrace();
    } catch (const std::exception& e) {
        last_error() = e.what();
    } catch (...) {
        last_error() = "libtorch threw an object that is no std::exception";
    }
    return onError;
}
