// What is asked of the system rather than of a socket.
#include <net/if.h>
#include <time.h>

#include <cstring>

#include "args.h"
#include "calls.h"

namespace calls {

napi_value IfNameToIndex(napi_env env, napi_callback_info info) {
  Args args(env, info);
  char name[IF_NAMESIZE + 1] = {};
  if (!args.Text(0, name, sizeof(name))) return nullptr;
  unsigned index = if_nametoindex(name);
  return args.Result(index == 0 ? -1 : static_cast<int64_t>(index));
}

napi_value IfIndexToName(napi_env env, napi_callback_info info) {
  Args args(env, info);
  int32_t index;
  Bytes out;
  if (!args.Int(0, &index) || !args.View(1, &out)) return nullptr;
  char name[IF_NAMESIZE] = {};
  if (if_indextoname(static_cast<unsigned>(index), name) == nullptr) return args.Result(-1);
  size_t length = strlen(name);
  if (length > out.length) {
    errno = ERANGE;
    return args.Result(-1);
  }
  memcpy(out.data, name, length);
  return args.Int(static_cast<int64_t>(length));
}

napi_value ClockGetTime(napi_env env, napi_callback_info info) {
  Args args(env, info);
  int32_t clock;
  if (!args.Int(0, &clock)) return nullptr;
  timespec t = {};
  if (clock_gettime(static_cast<clockid_t>(clock), &t) < 0) return args.Result(-1);
  return args.Number(static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_nsec) / 1e3);
}

}  // namespace calls
