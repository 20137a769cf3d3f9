// No recvmmsg(2) and sendmmsg(2) here: lib/internal/socket/batch-loop.ts receives and sends one by one.
#include <cerrno>

#include "args.h"
#include "calls.h"

namespace calls {

static napi_value Unsupported(napi_env env, napi_callback_info info) {
  Args args(env, info);
  errno = ENOSYS;
  return args.Result(-1);
}

napi_value RecvMMsg(napi_env env, napi_callback_info info) { return Unsupported(env, info); }
napi_value SendMMsg(napi_env env, napi_callback_info info) { return Unsupported(env, info); }

}  // namespace calls
