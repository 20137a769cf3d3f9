// Messages: bytes with an address, flags and control data. The header is one caller-owned block:
//
//   int32 nameLength | int32 controlLength | int32 flags | int32 (unused) | name, 128 bytes | control, the
//   rest
//
// Lengths are capacities on the way in to recvmsg, and what the kernel filled on the way out.
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "args.h"
#include "calls.h"
#include "platform.h"
#include "retry.h"

namespace {

struct Header {
  int32_t name_length;
  int32_t control_length;
  int32_t flags;
  int32_t unused;
  uint8_t name[128];
  uint8_t* control() { return name + sizeof(name); }
};

struct Message {
  int32_t fd = -1;
  Header* header = nullptr;
  iovec iov = {};
  msghdr msg = {};
};

bool Parse(Args* args, Message* m) {
  Bytes p, block;
  if (!args->Int(0, &m->fd) || !args->View(1, &p) || !args->View(2, &block)) return false;
  auto* header = reinterpret_cast<Header*>(block.data);
  bool fits = block.length >= sizeof(Header) &&
              reinterpret_cast<uintptr_t>(block.data) % alignof(size_t) == 0 && header->name_length >= 0 &&
              static_cast<size_t>(header->name_length) <= sizeof(header->name) &&
              header->control_length >= 0 &&
              static_cast<size_t>(header->control_length) <= block.length - sizeof(Header);
  if (!fits) {
    napi_throw_range_error(args->env(), "ERR_OUT_OF_RANGE",
                           "Expected a message header with lengths inside it");
    return false;
  }
  m->header = header;
  m->iov = {p.data, p.length};
  m->msg.msg_iov = &m->iov;
  m->msg.msg_iovlen = 1;
  m->msg.msg_name = header->name_length > 0 ? header->name : nullptr;
  m->msg.msg_namelen = static_cast<socklen_t>(header->name_length);
  m->msg.msg_control = header->control_length > 0 ? header->control() : nullptr;
  m->msg.msg_controllen = static_cast<decltype(m->msg.msg_controllen)>(header->control_length);
  return true;
}

}  // namespace

namespace calls {

napi_value RecvMsg(napi_env env, napi_callback_info info) {
  Args args(env, info);
  Message m;
  int32_t flags;
  if (!Parse(&args, &m) || !args.Int(3, &flags)) return nullptr;
  auto name_capacity = m.msg.msg_namelen;
  auto control_capacity = m.msg.msg_controllen;
  auto n = Retry([&] {
    m.msg.msg_namelen = name_capacity;
    m.msg.msg_controllen = control_capacity;
    return recvmsg(m.fd, &m.msg, flags | MSG_DONTWAIT);
  });
  if (n >= 0) {
    m.header->name_length = static_cast<int32_t>(std::min<size_t>(m.msg.msg_namelen, name_capacity));
    m.header->control_length = static_cast<int32_t>(m.msg.msg_controllen);
    m.header->flags = m.msg.msg_flags;
  }
  return args.Result(n);
}

napi_value SendMsg(napi_env env, napi_callback_info info) {
  Args args(env, info);
  Message m;
  int32_t flags;
  if (!Parse(&args, &m) || !args.Int(3, &flags)) return nullptr;
  return args.Result(Retry([&] { return sendmsg(m.fd, &m.msg, flags | platform::kSendFlags); }));
}

}  // namespace calls
