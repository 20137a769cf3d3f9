// How a function of the waist reads its arguments and gives its result. Plain Node-API, since these run
// once per message; a wrong type is a programming mistake of lib/ and throws.
#pragma once

#include <node_api.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

// Bytes of a caller's array. The pointer is good until the next call into JavaScript, never longer.
struct Bytes {
  uint8_t* data = nullptr;
  size_t length = 0;
};

class Args {
 public:
  static constexpr size_t kMax = 4;

  Args(napi_env env, napi_callback_info info) : env_(env) {
    size_t count = kMax;
    napi_get_cb_info(env, info, &count, values_, nullptr, nullptr);
  }

  // Each reader returns false once a JavaScript exception is pending.
  // NaN and what is beyond 32 bits become some integer, as Node-API has it: lib/ checks what callers pass.
  bool Int(size_t index, int32_t* out) {
    return Check(napi_get_value_int32(env_, values_[index], out), "an integer");
  }
  bool Double(size_t index, double* out) {
    return Check(napi_get_value_double(env_, values_[index], out), "a number");
  }
  bool View(size_t index, Bytes* out) { return ViewOf(values_[index], out); }
  bool ViewOf(napi_value value, Bytes* out) {
    // Not napi_get_buffer_info: that one aborts the process when given anything but a view.
    void* data = nullptr;
    napi_typedarray_type type = napi_int8_array;
    napi_status status = napi_get_typedarray_info(env_, value, &type, &out->length, &data, nullptr, nullptr);
    out->data = static_cast<uint8_t*>(data);
    return Check(status == napi_ok && type != napi_uint8_array ? napi_invalid_arg : status, "a Uint8Array");
  }
  bool Length(size_t index, uint32_t* out) {
    return Check(napi_get_array_length(env_, values_[index], out), "an array");
  }
  bool Text(size_t index, char* out, size_t capacity) {
    size_t length = 0;
    return Check(napi_get_value_string_utf8(env_, values_[index], out, capacity, &length), "a string");
  }

  napi_env env() const { return env_; }
  napi_value operator[](size_t index) const { return values_[index]; }

  napi_value Number(double value) const {
    napi_value result = nullptr;
    napi_create_double(env_, value, &result);
    return result;
  }
  napi_value Int(int64_t value) const {
    napi_value result = nullptr;
    napi_create_int32(env_, static_cast<int32_t>(value), &result);
    return result;
  }
  // The convention of the waist: what the call returned, or minus errno.
  napi_value Result(int64_t value) const { return Int(value < 0 ? -static_cast<int64_t>(errno) : value); }

 private:
  bool Check(napi_status status, const char* expected) {
    if (status == napi_ok) return true;
    bool pending = false;
    napi_is_exception_pending(env_, &pending);
    if (!pending) napi_throw_type_error(env_, "ERR_INVALID_ARG_TYPE", expected);
    return false;
  }

  napi_env env_;
  napi_value values_[kMax] = {};
};
