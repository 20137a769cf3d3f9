// The waist: every name that crosses into JavaScript is in this file. lib/internal/binding.ts documents
// them; test/internal/binding.test.ts proves the two lists equal.
#include <napi.h>

#include "calls.h"
#include "constants.h"
#include "env.h"
#include "poller.h"

namespace {

struct Call {
  const char* name;
  napi_callback function;
};

constexpr Call kCalls[] = {
    {"socket", calls::Socket},
    {"bind", calls::Bind},
    {"connect", calls::Connect},
    {"listen", calls::Listen},
    {"accept", calls::Accept},
    {"shutdown", calls::Shutdown},
    {"close", calls::Close},
    {"getsockname", calls::GetSockName},
    {"getpeername", calls::GetPeerName},
    {"recv", calls::Recv},
    {"send", calls::Send},
    {"writev", calls::WriteV},
    {"pipe", calls::Pipe},
    {"splice", calls::Splice},
    {"sendfile", calls::SendFile},
    {"dup", calls::Dup},
    {"adopt", calls::Adopt},
    {"release", calls::Release},
    {"fcntl", calls::Fcntl},
    {"recvmsg", calls::RecvMsg},
    {"sendmsg", calls::SendMsg},
    {"recvmmsg", calls::RecvMMsg},
    {"sendmmsg", calls::SendMMsg},
    {"getsockopt", calls::GetSockOpt},
    {"setsockopt", calls::SetSockOpt},
    {"setsockopt_fprog", calls::SetSockOptFprog},
    {"if_nametoindex", calls::IfNameToIndex},
    {"if_indextoname", calls::IfIndexToName},
    {"clock_gettime", calls::ClockGetTime},
};

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  Descriptors::Install(env);
  for (const Call& call : kCalls) {
    napi_value function = nullptr;
    napi_create_function(env, call.name, NAPI_AUTO_LENGTH, call.function, nullptr, &function);
    exports.Set(call.name, Napi::Value(env, function));
  }
  exports.Set("Poller", Poller::Define(env));
  exports.Set("constants", Constants(env));
  return exports;
}

}  // namespace

NODE_API_MODULE(rawconn, Init)
