// What any descriptor can be asked for, socket or not.
#include <fcntl.h>

#include "args.h"
#include "calls.h"
#include "env.h"
#include "platform.h"

namespace calls {

napi_value Dup(napi_env env, napi_callback_info info) {
  Args args(env, info);
  int32_t fd;
  if (!args.Int(0, &fd)) return nullptr;
  int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  if (copy >= 0) Descriptors::Of(env)->Add(copy);
  return args.Result(copy);
}

napi_value Adopt(napi_env env, napi_callback_info info) {
  Args args(env, info);
  int32_t fd;
  if (!args.Int(0, &fd)) return nullptr;
  if (fcntl(fd, F_GETFD) < 0) return args.Result(-1);
  Descriptors::Of(env)->Add(fd);
  return args.Result(0);
}

napi_value Release(napi_env env, napi_callback_info info) {
  Args args(env, info);
  int32_t fd;
  if (!args.Int(0, &fd)) return nullptr;
  if (fd >= 0) Descriptors::Of(env)->Remove(fd);
  return args.Result(0);
}

napi_value Fcntl(napi_env env, napi_callback_info info) {
  Args args(env, info);
  int32_t fd, command, value;
  if (!args.Int(0, &fd) || !args.Int(1, &command) || !args.Int(2, &value)) return nullptr;
  // Not the commands that make descriptors, nor those that take a pointer.
  if (!platform::TakesInt(command)) {
    errno = EINVAL;
    return args.Result(-1);
  }
  return args.Result(fcntl(fd, command, value));
}

}  // namespace calls
