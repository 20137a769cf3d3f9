// Many messages out at once: sendmmsg(2). A run of equally long ones to one address goes as one, which the
// kernel divides (UDP_SEGMENT): it walks the network's layers once.
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "batch.h"
#include "calls.h"
#include "platform.h"
#include "retry.h"

namespace {

constexpr int kUdpSegment = 103;  // UDP_SEGMENT, younger than some headers
// UDP_MAX_SEGMENTS of every kernel that has it; younger ones take more.
constexpr int32_t kMaxSegments = 64;
// What an IPv4 packet holds beside its own header and that of UDP.
constexpr int64_t kMaxTogether = 65507;
constexpr size_t kMaxPieces = 1024;
constexpr size_t kControlRoom = 16384;

using Row = Batch::Row;
using Source = Batch::Source;

int32_t ControlOf(const Source& source) { return source.received != 0 ? 0 : source.control_length; }

struct Sender {
  Batch batch;
  mmsghdr messages[Batch::kMaxMessages];
  // How many rows each message carries.
  int32_t carried[Batch::kMaxMessages];
  iovec pieces[kMaxPieces];
  alignas(cmsghdr) uint8_t controls[kControlRoom];
  int32_t count = 0;
  size_t pieces_used = 0;
  size_t controls_used = 0;

  bool Prepare(Args* args);
  bool IsSound(const Row& row) const;
  bool Fill();
  int32_t RunAt(int32_t first) const;
  bool IsForTheSame(const Row& a, const Row& b) const;
  bool Add(int32_t first, int32_t rows);
  bool AddSegment(msghdr* msg, int32_t length);
};

bool Sender::Prepare(Args* args) {
  if (!batch.Parse(args)) return false;
  Batch::Header& header = *batch.header;
  bool fits = header.first >= 0 && header.first < header.end &&
              static_cast<size_t>(header.end) <= batch.row_room && Fill();
  return fits || Batch::Refuse(args);
}

bool Sender::IsSound(const Row& row) const {
  if (!batch.Inside(row.offset, row.length)) return false;
  if (row.source < 0 || row.source >= batch.header->sources) return false;
  const Source& source = batch.sources[row.source];
  return source.name_length >= 0 && static_cast<size_t>(source.name_length) <= sizeof(source.name) &&
         ControlOf(source) >= 0 && ControlOf(source) <= batch.header->control;
}

// As many messages as fit; false when one of them makes no sense. What lies behind them is for the next call:
// of a huge batch every row is looked at once, not once a call.
bool Sender::Fill() {
  for (int32_t row = batch.header->first; row < batch.header->end && count < Batch::kMaxMessages;) {
    if (!IsSound(batch.rows[row])) return false;
    int32_t run = RunAt(row);
    // Control data that leaves no room for ours goes as it is.
    if (!Add(row, run) && (count > 0 || !Add(row, run = 1))) break;
    row += run;
  }
  return true;
}

bool Sender::IsForTheSame(const Row& a, const Row& b) const {
  if (a.source == b.source) return true;
  const Source &from = batch.sources[a.source], &to = batch.sources[b.source];
  return ControlOf(from) == 0 && ControlOf(to) == 0 &&
         (batch.header->named == 0 || (from.name_length == to.name_length &&
                                       memcmp(from.name, to.name, static_cast<size_t>(to.name_length)) == 0));
}

// How many rows from this one on, which is sound, may go as one: equally long, the last perhaps shorter, to
// one address.
int32_t Sender::RunAt(int32_t first) const {
  const Row& head = batch.rows[first];
  if (head.length == 0 || head.length > batch.header->segment) return 1;
  int32_t run = 1;
  int64_t total = head.length;
  int32_t limit = std::min(batch.header->end - first, kMaxSegments);
  for (; run < limit; run++) {
    const Row& row = batch.rows[first + run];
    if (!IsSound(row)) break;
    total += row.length;
    if (row.length == 0 || row.length > head.length || total > kMaxTogether) break;
    if (!IsForTheSame(head, row)) break;
    if (row.length < head.length) return run + 1;
  }
  return run;
}

// False when there is no room left for it, in this call.
bool Sender::Add(int32_t first, int32_t rows) {
  if (pieces_used + static_cast<size_t>(rows) > kMaxPieces) return false;
  msghdr& msg = messages[count].msg_hdr;
  msg = {};
  msg.msg_iov = &pieces[pieces_used];
  Source& source = batch.sources[batch.rows[first].source];
  if (batch.header->named != 0 && source.name_length > 0) {
    msg.msg_name = source.name;
    msg.msg_namelen = static_cast<socklen_t>(source.name_length);
  }
  if (ControlOf(source) > 0) {
    msg.msg_control = batch.ControlOf(batch.rows[first].source);
    msg.msg_controllen = static_cast<size_t>(ControlOf(source));
  }
  if (rows > 1 && !AddSegment(&msg, batch.rows[first].length)) return false;
  for (int32_t i = first; i < first + rows; i++) {
    const Row& row = batch.rows[i];
    uint8_t* bytes = batch.slab.data + row.offset;
    iovec* last = msg.msg_iovlen > 0 ? &msg.msg_iov[msg.msg_iovlen - 1] : nullptr;
    if (last != nullptr && static_cast<uint8_t*>(last->iov_base) + last->iov_len == bytes) {
      last->iov_len += static_cast<size_t>(row.length);
    } else {
      pieces[pieces_used++] = {bytes, static_cast<size_t>(row.length)};
      msg.msg_iovlen++;
    }
  }
  carried[count++] = rows;
  return true;
}

// Tells the kernel how long the parts are, behind what else is to be told.
bool Sender::AddSegment(msghdr* msg, int32_t length) {
  auto segment = static_cast<uint16_t>(length);
  size_t before = CMSG_ALIGN(msg->msg_controllen);
  size_t needed = before + CMSG_SPACE(sizeof(segment));
  if (controls_used + needed > kControlRoom) return false;
  uint8_t* control = controls + controls_used;
  memset(control, 0, needed);
  if (msg->msg_controllen > 0) memcpy(control, msg->msg_control, msg->msg_controllen);
  cmsghdr item = {};
  item.cmsg_len = CMSG_LEN(sizeof(segment));
  item.cmsg_level = IPPROTO_UDP;
  item.cmsg_type = kUdpSegment;
  memcpy(control + before, &item, sizeof(item));
  memcpy(control + before + CMSG_LEN(0), &segment, sizeof(segment));
  msg->msg_control = control;
  msg->msg_controllen = needed;
  controls_used += needed;
  return true;
}

}  // namespace

namespace calls {

napi_value SendMMsg(napi_env env, napi_callback_info info) {
  Args args(env, info);
  Sender sender;
  if (!sender.Prepare(&args)) return nullptr;
  // Whether it was the dividing that the kernel may now refuse.
  bool divides = sender.count > 0 && sender.carried[0] > 1;
  sender.batch.header->segment = divides ? sender.batch.rows[sender.batch.header->first].length : 0;
  int n = Retry([&] {
    return sendmmsg(sender.batch.fd, sender.messages, static_cast<unsigned>(sender.count),
                    sender.batch.flags | platform::kSendFlags);
  });
  if (n < 0) return args.Result(n);
  int32_t rows = 0;
  for (int32_t i = 0; i < n; i++) rows += sender.carried[i];
  return args.Int(rows);
}

}  // namespace calls
