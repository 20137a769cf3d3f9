// Many messages, as recvmmsg and sendmmsg take them: bytes in one slab, and a block that tells what lies
// where. lib/internal/socket/batch-table.ts describes it. Everything in it is checked before it is believed.
//
//   Header | Source[sources] | room for control data, of each source | Row[...]
//
// A source is what messages share: the address, and the control data. A row is a message: where its bytes
// are.
#pragma once

#include <cstddef>
#include <cstdint>

#include "args.h"

struct Batch {
  struct Header {
    int32_t first;     // the first row to send
    int32_t end;       // behind the last one: to send, or that was received
    int32_t sources;   // how many there is room for
    int32_t size;      // to receive: how long a message may be; the rest is cut off
    int32_t control;   // bytes of control data that a message may have
    int32_t messages;  // to receive: how many messages to ask for, and how many came
    int32_t tail;    // to receive: where in the slab the places begin that have room for several; 0: no such
    int32_t joined;  // to receive: whether several may come as one
    int32_t
        segment;  // to send: how long those may be that go as one, 0 for none; and what the first of them was
    int32_t named;  // to send: whether they go to their source's address, rather than to the socket's peer
    int32_t run;    // received: how many in a row had one sender and one length
    int32_t unused;
  };
  struct Source {
    int32_t name_length;
    int32_t control_length;
    int32_t received;  // its control data was received, and is nothing to send
    int32_t unused;
    uint8_t name[128];
  };
  struct Row {
    int32_t offset;
    int32_t length;
    int32_t flags;
    int32_t source;
  };

  // The most messages of one call; their headers are on the stack.
  static constexpr int32_t kMaxMessages = 256;
  // What the kernel may put before the item that tells how several messages came as one, and that item.
  static constexpr size_t kJoinedControl = 256;
  // A place that has room for what several messages may have together; no power of two, so that their
  // beginnings do not compete for the same lines of a cache.
  static constexpr size_t kTail = 65536 + 192;

  int32_t fd = -1;
  int32_t flags = 0;
  Bytes slab;
  Header* header = nullptr;
  Source* sources = nullptr;
  uint8_t* controls = nullptr;
  size_t control_stride = 0;
  Row* rows = nullptr;
  size_t row_room = 0;

  // Reads (descriptor, slab, block, flags); false once a JavaScript exception is pending.
  bool Parse(Args* args) {
    Bytes block;
    if (!args->Int(0, &fd) || !args->View(1, &slab) || !args->View(2, &block) || !args->Int(3, &flags)) {
      return false;
    }
    return Lay(block) || Refuse(args);
  }

  static bool Refuse(Args* args) {
    napi_throw_range_error(args->env(), "ERR_OUT_OF_RANGE", "Expected a batch with messages inside it");
    return false;
  }

  uint8_t* ControlOf(int32_t source) const { return controls + static_cast<size_t>(source) * control_stride; }

  // Whether so many bytes at this place lie in the slab.
  bool Inside(int64_t offset, int64_t length) const {
    return offset >= 0 && length >= 0 && offset + length <= static_cast<int64_t>(slab.length);
  }

 private:
  // Finds the parts of the block; false when they do not fit.
  bool Lay(Bytes block) {
    if (block.length < sizeof(Header) || reinterpret_cast<uintptr_t>(block.data) % alignof(size_t) != 0) {
      return false;
    }
    header = reinterpret_cast<Header*>(block.data);
    if (header->sources < 0 || header->control < 0 || header->size < 0) return false;
    control_stride = (static_cast<size_t>(header->control) + 7) / 8 * 8 + kJoinedControl;
    uint64_t before = sizeof(Header) + uint64_t{sizeof(Source) + control_stride} * header->sources;
    if (before > block.length) return false;
    sources = reinterpret_cast<Source*>(block.data + sizeof(Header));
    controls = reinterpret_cast<uint8_t*>(sources + header->sources);
    rows = reinterpret_cast<Row*>(block.data + before);
    row_room = (block.length - before) / sizeof(Row);
    return true;
  }
};
