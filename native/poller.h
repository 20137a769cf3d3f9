// The Poller of one environment: a queue of its own, watched by one uv_poll_t on that environment's loop.
#pragma once

#include <napi.h>
#include <uv.h>

#include "queue.h"

// What outlives the JavaScript object: libuv holds it until its close callback has run.
class PollerCore {
 public:
  // The shared array: two words of conversation, then the events of a batch.
  static constexpr size_t kWantsLoop = 0;  // lib writes: some operation waits and is ref'd
  static constexpr size_t kTurns = 1;      // native counts: odd while a batch is being handled
  static constexpr size_t kEvents = 2;
  static constexpr size_t kWords = kEvents + Queue::kMaxBatch * 3;

  // Null with a pending exception when the system refuses.
  static PollerCore* Open(Napi::Env env, Napi::Function callback, Napi::Int32Array ring);

  // Ends it; safe to call twice. The memory goes in libuv's close callback.
  void Close();
  void Ref() {
    if (!closing_) uv_ref(reinterpret_cast<uv_handle_t*>(&poll_));
  }
  void Unref() {
    if (!closing_) uv_unref(reinterpret_cast<uv_handle_t*>(&poll_));
  }
  Queue& queue() { return queue_; }

 private:
  explicit PollerCore(napi_env env) : env_(env) {}
  ~PollerCore() = default;

  bool Watch();
  void OnReadable();
  int32_t* Ring();
  void Deliver(int32_t* ring, int count);
  void Release();
  void OnClosed();

  napi_env env_;
  Queue queue_;
  uv_poll_t poll_ = {};
  // Strong, both: without the second the collector frees the array under us.
  napi_ref callback_ = nullptr;
  napi_ref ring_ = nullptr;
  napi_async_context context_ = nullptr;
  napi_async_cleanup_hook_handle hook_ = nullptr;
  bool closing_ = false;
};

class Poller : public Napi::ObjectWrap<Poller> {
 public:
  static Napi::Function Define(Napi::Env env);
  explicit Poller(const Napi::CallbackInfo& info);
  ~Poller() override;

 private:
  Napi::Value Add(const Napi::CallbackInfo& info);
  Napi::Value Modify(const Napi::CallbackInfo& info);
  Napi::Value Remove(const Napi::CallbackInfo& info);
  Napi::Value Arm(const Napi::CallbackInfo& info);
  void Ref(const Napi::CallbackInfo& info);
  void Unref(const Napi::CallbackInfo& info);

  PollerCore* core_ = nullptr;
};
