#include <cerrno>
#include <cstring>
#include <string>

#include "poller.h"

namespace {

// A code as SyscallError has them: "EMFILE".
void ThrowErrno(napi_env env, const char* call, int number) {
  std::string message = std::string(call) + ": " + strerror(number);
  napi_throw_error(env, uv_err_name(uv_translate_sys_error(number)), message.c_str());
}

// An odd count says that a batch is being handled. It may wrap.
void NextTurn(int32_t* ring) {
  auto count = static_cast<uint32_t>(ring[PollerCore::kTurns]) + 1;
  ring[PollerCore::kTurns] = static_cast<int32_t>(count);
}

}  // namespace

PollerCore* PollerCore::Open(Napi::Env env, Napi::Function callback, Napi::Int32Array ring) {
  auto* core = new PollerCore(env);
  if (core->queue_.Open() < 0) {
    ThrowErrno(env, "epoll_create", errno);
    delete core;
    return nullptr;
  }
  napi_create_reference(env, callback, 1, &core->callback_);
  napi_create_reference(env, ring, 1, &core->ring_);
  Napi::String name = Napi::String::New(env, "rawconn");
  napi_async_init(env, nullptr, name, &core->context_);
  if (core->Watch()) return core;
  core->Release();
  delete core;
  return nullptr;
}

bool PollerCore::Watch() {
  uv_loop_t* loop = nullptr;
  if (napi_get_uv_event_loop(env_, &loop) != napi_ok) {
    ThrowErrno(env_, "napi_get_uv_event_loop", ENOSYS);
    return false;
  }
  int status = uv_poll_init(loop, &poll_, queue_.fd());
  if (status < 0) {
    ThrowErrno(env_, "uv_poll_init", -status);
    return false;
  }
  poll_.data = this;
  uv_poll_start(&poll_, UV_READABLE,
                [](uv_poll_t* handle, int, int) { static_cast<PollerCore*>(handle->data)->OnReadable(); });
  uv_unref(reinterpret_cast<uv_handle_t*>(&poll_));
  // Asynchronous, since libuv must run the close callback before the environment may go.
  napi_add_async_cleanup_hook(
      env_, [](napi_async_cleanup_hook_handle, void* self) { static_cast<PollerCore*>(self)->Close(); }, this,
      &hook_);
  return true;
}

void PollerCore::Close() {
  if (closing_) return;
  closing_ = true;
  uv_poll_stop(&poll_);
  Release();
  uv_close(reinterpret_cast<uv_handle_t*>(&poll_),
           [](uv_handle_t* handle) { static_cast<PollerCore*>(handle->data)->OnClosed(); });
}

// Lets go of all but libuv's handle.
void PollerCore::Release() {
  queue_.Close();
  napi_delete_reference(env_, callback_);
  napi_delete_reference(env_, ring_);
  napi_async_destroy(env_, context_);
}

void PollerCore::OnClosed() {
  napi_async_cleanup_hook_handle hook = hook_;
  delete this;
  napi_remove_async_cleanup_hook(hook);
}

int32_t* PollerCore::Ring() {
  napi_value ring = nullptr;
  void* data = nullptr;
  size_t length = 0;
  napi_get_reference_value(env_, ring_, &ring);
  napi_get_typedarray_info(env_, ring, nullptr, &length, &data, nullptr, nullptr);
  return length >= kWords ? static_cast<int32_t*>(data) : nullptr;
}

void PollerCore::OnReadable() {
  napi_handle_scope scope = nullptr;
  if (napi_open_handle_scope(env_, &scope) != napi_ok) return;
  int32_t* ring = Ring();
  if (ring != nullptr) {
    int count = queue_.Drain(reinterpret_cast<Event*>(ring + kEvents));
    if (count > 0) Deliver(ring, count);
  }
  napi_close_handle_scope(env_, scope);
}

void PollerCore::Deliver(int32_t* ring, int count) {
  napi_value callback = nullptr;
  napi_value receiver = nullptr;
  napi_value argument = nullptr;
  napi_get_reference_value(env_, callback_, &callback);
  napi_get_global(env_, &receiver);
  napi_create_int32(env_, count, &argument);

  NextTurn(ring);
  // Settles promises, then runs everything that waited for them before it returns.
  napi_status status = napi_make_callback(env_, context_, receiver, callback, 1, &argument, nullptr);
  if (status == napi_pending_exception) {
    napi_value error = nullptr;
    if (napi_get_and_clear_last_exception(env_, &error) == napi_ok) napi_fatal_exception(env_, error);
  }
  // The environment may have begun to end inside the callback, and its array with it.
  if (closing_) return;
  ring = Ring();
  if (ring == nullptr) return;
  NextTurn(ring);
  if (ring[kWantsLoop] != 0) {
    Ref();
  } else {
    Unref();
  }
}
