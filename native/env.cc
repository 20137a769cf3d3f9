#include "env.h"

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

void Descriptors::CloseAll() {
  for (size_t fd = 0; fd < open_.size(); fd++) {
    if (open_[fd]) close(static_cast<int>(fd));
  }
  open_.clear();
}
