// What belongs to the process and not to a tensor: random number generators, threads, devices.

#include "bridge.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <torch/cuda.h>
#include <torch/version.h>

#include <mutex>

EXPORT const char* bridge_version() { return TORCH_VERSION; }

EXPORT void* bridge_generator(uint64_t seed) {
    return guarded<void*>(nullptr, [&]() -> void* { return at::detail::createCPUGenerator(seed).unsafeReleaseGeneratorImpl(); });
}

EXPORT void* bridge_default_generator() {
    return guarded<void*>(nullptr, [&]() -> void* {
        at::Generator copy = at::detail::getDefaultCPUGenerator();
        return copy.unsafeReleaseGeneratorImpl();
    });
}

EXPORT void bridge_generator_release(void* g) { c10::intrusive_ptr<c10::GeneratorImpl>::reclaim(static_cast<c10::GeneratorImpl*>(g)); }

EXPORT int32_t bridge_generator_seed(void* g, uint64_t seed) {
    return guarded(-1, [&] {
        auto generator = generator_of(g);
        std::lock_guard<std::mutex> lock(generator.mutex());
        generator.set_current_seed(seed);
        return 0;
    });
}

EXPORT uint64_t bridge_generator_initial_seed(void* g) { return generator_of(g).current_seed(); }

EXPORT void* bridge_generator_state(void* g) {
    return guarded<void*>(nullptr, [&] {
        auto generator = generator_of(g);
        std::lock_guard<std::mutex> lock(generator.mutex());
        return own(generator.get_state());
    });
}

EXPORT int32_t bridge_generator_set_state(void* g, void* state) {
    return guarded(-1, [&] {
        auto generator = generator_of(g);
        std::lock_guard<std::mutex> lock(generator.mutex());
        generator.set_state(borrow(state));
        return 0;
    });
}

EXPORT int32_t bridge_manual_seed(uint64_t seed) {
    return guarded(-1, [&] {
        at::manual_seed(seed);
        return 0;
    });
}

EXPORT int32_t bridge_threads() { return at::get_num_threads(); }

EXPORT int32_t bridge_set_threads(int32_t count) {
    return guarded(-1, [&] {
        at::set_num_threads(count);
        return 0;
    });
}

EXPORT int32_t bridge_interop_threads() { return static_cast<int32_t>(at::get_num_interop_threads()); }

EXPORT int32_t bridge_set_interop_threads(int32_t count) {
    return guarded(-1, [&] {
        at::set_num_interop_threads(count);
        return 0;
    });
}

EXPORT int32_t bridge_cuda_devices() {
    return guarded(-1, [&] { return static_cast<int32_t>(torch::cuda::is_available() ? torch::cuda::device_count() : 0); });
}

EXPORT int32_t bridge_cudnn_available() {
    return guarded(-1, [&] { return torch::cuda::cudnn_is_available() ? 1 : 0; });
}

EXPORT int32_t bridge_cuda_seed(uint64_t seed, int32_t everyDevice) {
    return guarded(-1, [&] {
        if (everyDevice) torch::cuda::manual_seed_all(seed);
        else torch::cuda::manual_seed(seed);
        return 0;
    });
}

EXPORT int32_t bridge_cuda_synchronize(int64_t index) {
    return guarded(-1, [&] {
        torch::cuda::synchronize(index);
        return 0;
    });
}
