// Readiness as the system offers it: epoll on Linux (queue_epoll.cc), kqueue on macOS (queue_kqueue.cc).
// Edge-triggered throughout: a change is told once, and the system call decides what it meant.
#pragma once

#include <cstdint>

// The bits of an event as lib/internal/poll/poller.ts reads them, the same on every system.
enum Readiness : int32_t {
  kReadable = 1,
  kWritable = 2,
  // The peer has finished, or sent urgent data, or there is an error: from here on no short read means
  // "drained".
  kDistrust = 4,
};

// One change of readiness. The generation tells whether the slot still belongs to who registered it.
struct Event {
  int32_t slot;
  int32_t generation;
  int32_t readiness;
};

class Queue {
 public:
  // Slots of lib/ begin at 1: this one is the timer's.
  static constexpr int32_t kTimerSlot = 0;
  static constexpr int kMaxBatch = 1024;

  // Each returns zero or more, or -1 with errno set.
  int Open();
  void Close();
  // Watched for reading, and for writing too where `writes` says so. Add is for what is not watched yet, and
  // Modify for what is.
  int Add(int fd, int32_t slot, int32_t generation, bool writes);
  int Modify(int fd, int32_t slot, int32_t generation, bool writes);
  int Remove(int fd);
  // One shot, in so many milliseconds from now; below zero stops it.
  int Arm(double milliseconds);
  // Never waits. Fills up to kMaxBatch events.
  int Drain(Event* events);

  // What libuv watches: readable while events are waiting.
  int fd() const { return queue_; }

 private:
  int queue_ = -1;
  int timer_ = -1;
};
