// The system calls of the waist. lib/internal/binding.ts documents each; a test holds both lists equal.
#pragma once

#include <node_api.h>

namespace calls {

// socket.cc
napi_value Socket(napi_env env, napi_callback_info info);
napi_value Bind(napi_env env, napi_callback_info info);
napi_value Connect(napi_env env, napi_callback_info info);
napi_value Listen(napi_env env, napi_callback_info info);
napi_value Accept(napi_env env, napi_callback_info info);
napi_value Shutdown(napi_env env, napi_callback_info info);
napi_value Close(napi_env env, napi_callback_info info);
napi_value GetSockName(napi_env env, napi_callback_info info);
napi_value GetPeerName(napi_env env, napi_callback_info info);

// io.cc
napi_value Recv(napi_env env, napi_callback_info info);
napi_value Send(napi_env env, napi_callback_info info);

// writev.cc
napi_value WriteV(napi_env env, napi_callback_info info);

// transfer_linux.cc
napi_value Pipe(napi_env env, napi_callback_info info);
napi_value Splice(napi_env env, napi_callback_info info);
napi_value SendFile(napi_env env, napi_callback_info info);

// descriptor.cc
napi_value Dup(napi_env env, napi_callback_info info);
napi_value Adopt(napi_env env, napi_callback_info info);
napi_value Release(napi_env env, napi_callback_info info);
napi_value Fcntl(napi_env env, napi_callback_info info);

// msg.cc
napi_value RecvMsg(napi_env env, napi_callback_info info);
napi_value SendMsg(napi_env env, napi_callback_info info);

// recvmmsg_linux.cc, sendmmsg_linux.cc
napi_value RecvMMsg(napi_env env, napi_callback_info info);
napi_value SendMMsg(napi_env env, napi_callback_info info);

// sockopt.cc
napi_value GetSockOpt(napi_env env, napi_callback_info info);
napi_value SetSockOpt(napi_env env, napi_callback_info info);
napi_value SetSockOptFprog(napi_env env, napi_callback_info info);

// system.cc
napi_value IfNameToIndex(napi_env env, napi_callback_info info);
napi_value IfIndexToName(napi_env env, napi_callback_info info);
napi_value ClockGetTime(napi_env env, napi_callback_info info);

}  // namespace calls
