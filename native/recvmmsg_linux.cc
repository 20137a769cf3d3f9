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

constexpr size_t kLine = 64;
constexpr int kUdpGro = 104;  // UDP_GRO, younger than some headers

using Source = Batch::Source;

struct Receiver {
  Batch batch;
  mmsghdr messages[Batch::kMaxMessages];
  iovec pieces[Batch::kMaxMessages];
  int32_t end = 0;

  bool Prepare(Args* args);
  void Take(int32_t count);
  void TakeOne(int32_t index);
  size_t TakeSegment(msghdr* msg) const;
  void Split(int32_t index, size_t total, size_t segment, int32_t flags);
  int32_t LongestRun() const;
};

// Every message gets a place in the slab: one of its length, or one that has room for as many as may come as
// one.
bool Receiver::Prepare(Args* args) {
  if (!batch.Parse(args)) return false;
  Batch::Header& header = *batch.header;
  header.messages = std::min(header.messages, Batch::kMaxMessages);
  int64_t count = header.messages, place = header.tail;
  int64_t stride = place != 0 ? int64_t{Batch::kTail} : header.size;
  int64_t spare = place != 0 ? int64_t{kLine} : 0;
  bool fits = count > 0 && count <= header.sources && batch.Inside(place, count * stride + spare);
  if (!fits) return Batch::Refuse(args);
  // The kernel copies large pieces faster to where a line of the cache begins.
  if (spare > 0) {
    auto begin = reinterpret_cast<uintptr_t>(batch.slab.data + place);
    place += static_cast<int64_t>((kLine - begin % kLine) % kLine);
  }
  size_t control = static_cast<size_t>(header.control) + (header.joined != 0 ? Batch::kJoinedControl : 0);
  for (int32_t i = 0; i < count; i++, place += stride) {
    pieces[i] = {batch.slab.data + place, static_cast<size_t>(stride)};
    msghdr& msg = messages[i].msg_hdr;
    msg = {};
    msg.msg_name = batch.sources[i].name;
    msg.msg_namelen = sizeof(Source::name);
    msg.msg_iov = &pieces[i];
    msg.msg_iovlen = 1;
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
  // With MSG_TRUNC among the flags a message tells how long it was.
  size_t total = std::min<size_t>(messages[index].msg_len, pieces[index].iov_len);
  Split(index, total, segment > 0 ? segment : total, msg.msg_flags);
}

// A row for each of the messages that `total` bytes are, all `segment` long but the last. A caller who has
// not asked for that many gets no more than he has room for; what is beyond belongs to the next one, who may
// have room for all of it. So is control data, which they share: it is cut when the next one has his own.
void Receiver::Split(int32_t index, size_t total, size_t segment, int32_t flags) {
  // Copies, since to the compiler every row that is written could be one of these.
  const Batch::Header header = *batch.header;
  Batch::Row* const rows = batch.rows;
  auto size = static_cast<size_t>(header.size), room = static_cast<size_t>(header.sources);
  auto place = static_cast<size_t>(static_cast<uint8_t*>(pieces[index].iov_base) - batch.slab.data);
  size_t row = static_cast<size_t>(end), left = total;
  do {
    if (row == batch.row_room) break;
    size_t length = std::min(segment, left);
    bool cut = row < room && length > size;
    rows[row++] = {static_cast<int32_t>(place), static_cast<int32_t>(cut ? size : length),
                   flags | (cut ? MSG_TRUNC : 0), index};
    place += length;
    left -= length;
  } while (left > 0);
  end = static_cast<int32_t>(row);
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
  int n = Retry([&] {
    return recvmmsg(receiver.batch.fd, receiver.messages, count, receiver.batch.flags | MSG_DONTWAIT,
                    nullptr);
  });
  if (n < 0) return args.Result(n);
  receiver.Take(n);
  return args.Int(receiver.end);
}

}  // namespace calls
