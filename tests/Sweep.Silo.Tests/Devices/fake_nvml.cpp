// A driver's library with the GPUs that the file named by FAKE_NVML_SCRIPT describes: "key value" lines. It checks what it is given as the
// real one does: initialised, buffer sizes, and the version field of structures that have one. Layouts are the public header's.
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <cstdlib>
#include <map>
#include <string>

enum { SUCCESS = 0, UNINITIALIZED = 1, INVALID = 2, NOT_SUPPORTED = 3, INSUFFICIENT = 7, DRIVER_NOT_LOADED = 9, GPU_IS_LOST = 15, VERSION_MISMATCH = 25 };

struct Utilization { unsigned gpu, memory; };
struct Memory { unsigned long long total, free, used; };
struct MemoryV2 { unsigned version; unsigned long long total, reserved, free, used; };
struct ProcessV2 { unsigned pid; unsigned long long used; unsigned gpuInstance, computeInstance; };
struct ProcessV1 { unsigned pid; unsigned long long used; };

static_assert(sizeof(Utilization) == 8 && sizeof(Memory) == 24 && sizeof(MemoryV2) == 40 && sizeof(ProcessV2) == 24 && sizeof(ProcessV1) == 16, "layouts");

static int initialised = 0;

static std::map<std::string, long long> script() {
    std::map<std::string, long long> values;
    if (FILE* file = std::fopen(SCRIPT, "r")) {
        char key[64];
        long long value;
        while (std::fscanf(file, "%63s %lld", key, &value) == 2) values[key] = value;
        std::fclose(file);
    }
    return values;
}

static long long get(const char* key, long long otherwise) {
    auto values = script();
    auto found = values.find(key);
    return found == values.end() ? otherwise : found->second;
}

// What this call answers instead of its value.
static int refusal(const char* call, void* device) {
    if (!initialised) return UNINITIALIZED;
    if (!device) return INVALID;
    return (int)get(call, SUCCESS);
}

static unsigned indexOf(void* device) { return (unsigned)((uintptr_t)device - 0x1000); }

static int copy(char* to, unsigned size, const std::string& text) {
    if (text.size() + 1 > size) return INSUFFICIENT;
    std::memcpy(to, text.c_str(), text.size() + 1);
    return SUCCESS;
}

template <typename T> static int processes(const char* call, void* device, unsigned* count, T* into) {
    if (int no = refusal(call, device)) return no;
    unsigned all = (unsigned)get("processes", 0), room = *count;
    *count = all;
    if (all > room) return INSUFFICIENT;
    for (unsigned i = 0; i < all; i++) {
        std::memset(&into[i], 0xEE, sizeof(T));
        into[i].pid = 100 + i;
        into[i].used = get("untold", -1) == (long long)i ? ~0ull : (1ull << 33) + i;
    }
    return SUCCESS;
}

extern "C" {
int nvmlInit_v2() {
    int answer = (int)get("init", SUCCESS);
    if (answer == SUCCESS) initialised++;
    return answer;
}
int nvmlShutdown() {
    if (!initialised) return UNINITIALIZED;
    initialised--;
    return SUCCESS;
}
int fake_initialised() { return initialised; }
int nvmlSystemGetDriverVersion(char* text, unsigned size) { return initialised ? copy(text, size, "570.86.10") : UNINITIALIZED; }
int nvmlDeviceGetCount_v2(unsigned* count) {
    if (!initialised) return UNINITIALIZED;
    *count = (unsigned)get("gpus", 2);
    return (int)get("count", SUCCESS);
}
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device) {
    if (!initialised) return UNINITIALIZED;
    if ((long long)index == get("lost", -1)) return GPU_IS_LOST;
    *device = (void*)(uintptr_t)(0x1000 + index);
    return SUCCESS;
}
int nvmlDeviceGetName(void* device, char* text, unsigned size) {
    if (int no = refusal("name", device)) return no;
    return copy(text, size, "NVIDIA H200");
}
int nvmlDeviceGetUUID(void* device, char* text, unsigned size) {
    if (int no = refusal("uuid", device)) return no;
    return copy(text, size, "GPU-0000000" + std::to_string(indexOf(device)) + "-1111-2222-3333-444444444444");
}
int nvmlDeviceGetUtilizationRates(void* device, Utilization* value) {
    if (int no = refusal("utilization", device)) return no;
    *value = {73 + indexOf(device), 12};
    return SUCCESS;
}
int nvmlDeviceGetMemoryInfo(void* device, Memory* value) {
    if (int no = refusal("memory", device)) return no;
    *value = {150000000000ull, 140000000000ull, 10000000000ull};
    return SUCCESS;
}
#ifndef OLD_DRIVER
int nvmlDeviceGetMemoryInfo_v2(void* device, MemoryV2* value) {
    if (int no = refusal("memory_v2", device)) return no;
    if (value->version != (sizeof(MemoryV2) | (2u << 24))) return VERSION_MISMATCH;
    *value = {value->version, 150000000000ull, 600000000ull, 140000000000ull, 9400000001ull};
    return SUCCESS;
}
int nvmlDeviceGetComputeRunningProcesses_v3(void* device, unsigned* count, ProcessV2* into) { return processes("processes_v3", device, count, into); }
#endif
int nvmlDeviceGetComputeRunningProcesses(void* device, unsigned* count, ProcessV1* into) { return processes("processes_v1", device, count, into); }
int nvmlDeviceGetPowerUsage(void* device, unsigned* value) {
    if (int no = refusal("power", device)) return no;
    *value = 312500;
    return SUCCESS;
}
int nvmlDeviceGetTotalEnergyConsumption(void* device, unsigned long long* value) {
    if (int no = refusal("energy", device)) return no;
    *value = 9000000000500ull;
    return SUCCESS;
}
int nvmlDeviceGetTemperature(void* device, unsigned sensor, unsigned* value) {
    if (int no = refusal("temperature", device)) return no;
    if (sensor != 0) return INVALID;
    *value = 41;
    return SUCCESS;
}
int nvmlDeviceGetTotalEccErrors(void* device, unsigned type, unsigned counter, unsigned long long* value) {
    if (int no = refusal("ecc", device)) return no;
    if (type != 1 || counter != 0) return INVALID;
    *value = 5000000000ull;
    return SUCCESS;
}
}
