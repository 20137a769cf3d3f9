// Several pieces in one call: writev(2), as sendmsg(2) so that a gone peer raises no SIGPIPE.
#include <sys/socket.h>

#include <algorithm>

#include "args.h"
#include "calls.h"
#include "platform.h"
#include "retry.h"

namespace calls {

// The kernel takes 1024 pieces at most (IOV_MAX); fewer would cost more calls, more a refusal.
static constexpr uint32_t kMaxPieces = 1024;
static constexpr size_t kMaxChunk = size_t{1} << 30;

namespace {

// One piece as the kernel wants it; false once a JavaScript exception is pending.
bool Piece(Args* args, napi_value list, uint32_t index, iovec* out) {
  napi_value piece = nullptr;
  Bytes bytes;
  if (napi_get_element(args->env(), list, index, &piece) != napi_ok) return false;
  if (!args->ViewOf(piece, &bytes)) return false;
  *out = {bytes.data, bytes.length};
  return true;
}

}  // namespace

napi_value WriteV(napi_env env, napi_callback_info info) {
  Args args(env, info);
  int32_t fd, first;
  // Beyond 32 bits, into a piece that long.
  double offset;
  uint32_t count = 0;
  if (!args.Int(0, &fd) || !args.Length(1, &count) || !args.Int(2, &first) || !args.Double(3, &offset)) {
    return nullptr;
  }
  iovec pieces[kMaxPieces];
  size_t used = 0, total = 0;
  for (auto i = static_cast<uint32_t>(std::max(first, 0)); i < count && used < kMaxPieces; i++) {
    iovec& piece = pieces[used];
    if (!Piece(&args, args[1], i, &piece)) return nullptr;
    if (used == 0) {
      size_t skipped = std::min(static_cast<size_t>(std::max(offset, 0.0)), piece.iov_len);
      piece = {static_cast<uint8_t*>(piece.iov_base) + skipped, piece.iov_len - skipped};
    }
    piece.iov_len = std::min(piece.iov_len, kMaxChunk - total);
    total += piece.iov_len;
    used++;
    if (total == kMaxChunk) break;
  }
  msghdr message = {};
  message.msg_iov = pieces;
  message.msg_iovlen = static_cast<decltype(message.msg_iovlen)>(used);
  return args.Result(Retry([&] { return sendmsg(fd, &message, platform::kSendFlags); }));
}

}  // namespace calls
