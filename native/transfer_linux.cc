// Moving bytes between descriptors without seeing them: pipe2(2), splice(2), sendfile(2).
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "args.h"
#include "calls.h"
#include "env.h"
#include "retry.h"

namespace calls {

// As for send: a result must fit 32 bits.
static constexpr double kMaxChunk = 1 << 30;

// Neither splice(2) nor sendfile(2) knows MSG_NOSIGNAL. Node ignores SIGPIPE, until somebody has listened for
// it once.
template <typename Call>
static auto WithoutSigpipe(Call call) -> decltype(call()) {
  struct sigaction action;
  if (sigaction(SIGPIPE, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) return call();
  sigset_t pipe, before, pending;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  sigpending(&pending);
  pthread_sigmask(SIG_BLOCK, &pipe, &before);
  decltype(call()) result = call();
  int error = errno;
  // Ours goes; one that was on its way before stays.
  timespec now = {};
  if (result < 0 && error == EPIPE && sigismember(&pending, SIGPIPE) == 0) sigtimedwait(&pipe, nullptr, &now);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return result;
}

napi_value Pipe(napi_env env, napi_callback_info info) {
  Args args(env, info);
  Bytes out;
  if (!args.View(0, &out)) return nullptr;
  int ends[2];
  if (out.length < sizeof(ends)) {
    errno = EINVAL;
    return args.Result(-1);
  }
  if (pipe2(ends, O_NONBLOCK | O_CLOEXEC) < 0) return args.Result(-1);
  for (int end : ends) Descriptors::Of(env)->Add(end);
  memcpy(out.data, ends, sizeof(ends));
  return args.Int(0);
}

napi_value Splice(napi_env env, napi_callback_info info) {
  Args args(env, info);
  int32_t from, to;
  double length;
  if (!args.Int(0, &from) || !args.Int(1, &to) || !args.Double(2, &length)) return nullptr;
  auto chunk = static_cast<size_t>(std::clamp(length, 0.0, kMaxChunk));
  return args.Result(WithoutSigpipe([&] {
    return Retry(
        [&] { return splice(from, nullptr, to, nullptr, chunk, SPLICE_F_MOVE | SPLICE_F_NONBLOCK); });
  }));
}

napi_value SendFile(napi_env env, napi_callback_info info) {
  Args args(env, info);
  int32_t to, from;
  double offset, length;
  if (!args.Int(0, &to) || !args.Int(1, &from) || !args.Double(2, &offset) || !args.Double(3, &length)) {
    return nullptr;
  }
  auto chunk = static_cast<size_t>(std::clamp(length, 0.0, kMaxChunk));
  // Below zero: from where the file stands, which moves on.
  auto at = static_cast<off_t>(offset);
  return args.Result(WithoutSigpipe(
      [&] { return Retry([&] { return sendfile(to, from, offset < 0 ? nullptr : &at, chunk); }); }));
}

}  // namespace calls
