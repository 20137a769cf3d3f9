// What came, many messages at once: recvmmsg(2). Where the kernel joined several of one sender (UDP_GRO),
// they are told apart again here: the caller sees what was sent.
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "batch.h"
#include "calls.h"
#include "retry.h"

namespace {

constexpr int kUdpGro = 104;  // UDP_GRO, younger than some headers

using Source = Batch::Source;

struct Receiver {
  Batch batch;
  mmsghdr messages[Batch::kMaxMessages];
  iovec pieces[Batch::kMaxMessages][2];
  int32_t end = 0;

  bool Prepare(Args* args);
  void Take(int32_t count);
  void TakeOne(int32_t index);
  bool HasRoom() const;
  size_t TakeSegment(msghdr* msg) const;
  void Split(int32_t index, size_t total, size_t segment, int32_t flags);
  int32_t LongestRun() const;
};

// Every message gets a place of its own in the slab, and as many bytes again behind all of them as may come
// as one.
bool Receiver::Prepare(Args* args) {
  if (!batch.Parse(args)) return false;
  Batch::Header& header = *batch.header;
  header.messages = std::min(header.messages, Batch::kMaxMessages);
  int64_t count = header.messages, size = header.size;
  int64_t tail_stride = size + static_cast<int64_t>(Batch::kTail);
  bool fits =
      count > 0 && count <= header.sources && batch.Inside(0, count * size) && header.tail >= 0 &&
      (header.tail == 0 || (header.tail >= count * size && batch.Inside(header.tail, count * tail_stride)));
  if (!fits) return Batch::Refuse(args);
  size_t control = static_cast<size_t>(header.control) + (header.joined != 0 ? Batch::kJoinedControl : 0);
  for (int32_t i = 0; i < count; i++) {
    pieces[i][0] = {batch.slab.data + i * size, static_cast<size_t>(size)};
    // Room before it, for the beginning of a message that lies across: see Split.
    pieces[i][1] = {batch.slab.data + header.tail + i * tail_stride + size, Batch::kTail};
    msghdr& msg = messages[i].msg_hdr;
    msg = {};
    msg.msg_name = batch.sources[i].name;
    msg.msg_namelen = sizeof(Source::name);
    msg.msg_iov = pieces[i];
    msg.msg_iovlen = header.tail != 0 ? 2 : 1;
    msg.msg_control = control > 0 ? batch.ControlOf(i) : nullptr;
    msg.msg_controllen = control;
  }
  return true;
}

// The item that tells how long joined messages are is ours: nobody else gets to see it. 0 when there is none.
size_t Receiver::TakeSegment(msghdr* msg) const {
  for (cmsghdr* item = CMSG_FIRSTHDR(msg); item != nullptr; item = CMSG_NXTHDR(msg, item)) {
    if (item->cmsg_level != IPPROTO_UDP || item->cmsg_type != kUdpGro) continue;
    int segment = 0;
    memcpy(&segment, CMSG_DATA(item), sizeof(segment));
    auto* begin = reinterpret_cast<uint8_t*>(item);
    auto* all = static_cast<uint8_t*>(msg->msg_control) + msg->msg_controllen;
    auto* next = std::min(begin + CMSG_ALIGN(item->cmsg_len), all);
    memmove(begin, next, static_cast<size_t>(all - next));
    msg->msg_controllen -= static_cast<size_t>(next - begin);
    return segment > 0 ? static_cast<size_t>(segment) : 0;
  }
  return 0;
}

void Receiver::TakeOne(int32_t index) {
  msghdr& msg = messages[index].msg_hdr;
  Source& source = batch.sources[index];
  size_t segment = batch.header->joined != 0 ? TakeSegment(&msg) : 0;
  source.name_length = static_cast<int32_t>(std::min<size_t>(msg.msg_namelen, sizeof(Source::name)));
  source.control_length = static_cast<int32_t>(msg.msg_controllen);
  source.received = 1;
  size_t room = pieces[index][0].iov_len + (msg.msg_iovlen > 1 ? Batch::kTail : 0);
  // With MSG_TRUNC among the flags a message tells how long it was.
  size_t total = std::min<size_t>(messages[index].msg_len, room);
  Split(index, total, segment > 0 ? segment : total, msg.msg_flags);
}

// Whether the caller has asked for the next row. What is beyond belongs to the next caller, who may have room
// for all of it.
bool Receiver::HasRoom() const { return end < batch.header->sources; }

// A row for each of `total` bytes' messages, all `segment` long but the last. They begin in the message's
// place and go on in its tail; the one that lies across is moved, so that its bytes are together.
void Receiver::Split(int32_t index, size_t total, size_t segment, int32_t flags) {
  auto size = static_cast<size_t>(batch.header->size);
  auto place = static_cast<size_t>(index) * size;
  // Where the first byte would lie for the bytes in the tail to be in order.
  size_t tail = static_cast<size_t>(batch.header->tail) + static_cast<size_t>(index) * (size + Batch::kTail);
  size_t in_place = total > size ? std::max<size_t>(size / segment, HasRoom() ? 1 : 0) : SIZE_MAX;
  if (in_place != SIZE_MAX && in_place * segment < size) {
    size_t moved = in_place * segment;
    memcpy(batch.slab.data + tail + moved, batch.slab.data + place + moved, size - moved);
  }
  size_t at = 0;
  for (size_t k = 0; static_cast<size_t>(end) < batch.row_room; k++) {
    size_t length = std::min(segment, total - at);
    Batch::Row& row = batch.rows[end];
    row.offset = static_cast<int32_t>((k < in_place ? place : tail) + at);
    bool cut = HasRoom() && length > size;
    // The same for control data, which lib/ does not show.
    bool cut_control = HasRoom() && batch.sources[index].control_length > batch.header->control;
    row.length = static_cast<int32_t>(cut ? size : length);
    row.flags = flags | (cut ? MSG_TRUNC : 0) | (cut_control ? MSG_CTRUNC : 0);
    row.source = index;
    end++;
    at += length;
    if (at >= total) return;
  }
}

// Only of whole messages, so that it is worth asking the kernel to join them.
int32_t Receiver::LongestRun() const {
  int32_t longest = end > 0 ? 1 : 0, run = longest;
  for (int32_t i = 1; i < end; i++) {
    const Batch::Row &a = batch.rows[i - 1], &b = batch.rows[i];
    const Source &from = batch.sources[a.source], &to = batch.sources[b.source];
    bool same = a.length == b.length && from.name_length == to.name_length &&
                memcmp(from.name, to.name, static_cast<size_t>(to.name_length)) == 0;
    run = same ? run + 1 : 1;
    longest = std::max(longest, run);
  }
  return longest;
}

void Receiver::Take(int32_t count) {
  for (int32_t i = 0; i < count; i++) TakeOne(i);
  batch.header->first = 0;
  batch.header->end = end;
  batch.header->messages = count;
  batch.header->run = batch.header->joined != 0 ? 0 : LongestRun();
}

}  // namespace

namespace calls {

napi_value RecvMMsg(napi_env env, napi_callback_info info) {
  Args args(env, info);
  Receiver receiver;
  if (!receiver.Prepare(&args)) return nullptr;
  auto count = static_cast<unsigned>(receiver.batch.header->messages);
  int n = Retry(
      [&] { return recvmmsg(receiver.batch.fd, receiver.messages, count, receiver.batch.flags, nullptr); });
  if (n < 0) return args.Result(n);
  receiver.Take(n);
  return args.Int(receiver.end);
}

}  // namespace calls
