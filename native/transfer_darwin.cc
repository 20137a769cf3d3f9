// No splice(2) here, and a sendfile(2) of another kind: callers fall back to reading and writing.
#include <cerrno>

#include "args.h"
#include "calls.h"

namespace calls {

static napi_value Unsupported(napi_env env, napi_callback_info info) {
  Args args(env, info);
  errno = ENOSYS;
  return args.Result(-1);
}

napi_value Pipe(napi_env env, napi_callback_info info) { return Unsupported(env, info); }
napi_value Splice(napi_env env, napi_callback_info info) { return Unsupported(env, info); }
napi_value SendFile(napi_env env, napi_callback_info info) { return Unsupported(env, info); }

}  // namespace calls
