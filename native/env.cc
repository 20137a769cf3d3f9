#include "env.h"

#include <sys/socket.h>
#include <unistd.h>

Descriptors* Descriptors::Of(napi_env env) {
  void* data = nullptr;
  napi_get_instance_data(env, &data);
  return static_cast<Descriptors*>(data);
}

void Descriptors::Install(napi_env env) {
  auto* descriptors = new Descriptors();
  napi_set_instance_data(
      env, descriptors, [](napi_env, void* data, void*) { delete static_cast<Descriptors*>(data); }, nullptr);
  // A hook of its own, since instance data lives on until the last finalizer: peers must see the end now.
  napi_add_env_cleanup_hook(
      env, [](void* data) { static_cast<Descriptors*>(data)->CloseAll(); }, descriptors);
}

void Descriptors::Add(int fd) {
  if (static_cast<size_t>(fd) >= open_.size()) open_.resize(static_cast<size_t>(fd) + 64);
  open_[static_cast<size_t>(fd)] = true;
}

void Descriptors::Remove(int fd) {
  if (static_cast<size_t>(fd) < open_.size()) open_[static_cast<size_t>(fd)] = false;
}

// As lib/internal/poll/linger.ts: close(2) must not wait for a peer that takes nothing.
static void StopLingering(int fd) {
  linger value{};
  socklen_t length = sizeof value;
  if (getsockopt(fd, SOL_SOCKET, SO_LINGER, &value, &length) < 0) return;
  if (value.l_onoff == 0 || value.l_linger == 0) return;
  value = {};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &value, sizeof value);
}

void Descriptors::CloseAll() {
  for (size_t i = 0; i < open_.size(); i++) {
    if (!open_[i]) continue;
    auto fd = static_cast<int>(i);
    StopLingering(fd);
    close(fd);
  }
  open_.clear();
}
