// macOS: kqueue(2), with an EVFILT_TIMER inside the same queue. Built there only.
#include "queue.h"

#include <sys/event.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>

#include "retry.h"

namespace {

void* Pack(int32_t slot, int32_t generation) {
  auto bits = static_cast<uint64_t>(static_cast<uint32_t>(generation)) << 32 | static_cast<uint32_t>(slot);
  return reinterpret_cast<void*>(static_cast<uintptr_t>(bits));
}

int32_t ReadinessOf(const struct kevent& event) {
  int32_t readiness = event.filter == EVFILT_WRITE ? kWritable : kReadable;
  if (event.flags & (EV_EOF | EV_ERROR)) readiness |= kDistrust;
  // A side that ended with an error wakes the other too; the system call decides.
  if ((event.flags & EV_EOF) && event.fflags != 0) readiness |= kReadable | kWritable;
  return readiness;
}

int Change(int queue, struct kevent* changes, int count) {
  // A change is applied even when a signal interrupts the call.
  int result = kevent(queue, changes, count, nullptr, 0, nullptr);
  return result < 0 && errno == EINTR ? 0 : result;
}

constexpr uintptr_t kTimerIdent = 1;

}  // namespace

int Queue::Open() {
  queue_ = kqueue();
  return queue_ < 0 ? -1 : 0;
}

void Queue::Close() {
  if (queue_ >= 0) close(queue_);
  queue_ = -1;
}

int Queue::Add(int fd, int32_t slot, int32_t generation, bool writes) {
  struct kevent changes[2];
  void* data = Pack(slot, generation);
  EV_SET(&changes[0], static_cast<uintptr_t>(fd), EVFILT_READ, EV_ADD | EV_CLEAR, 0, 0, data);
  EV_SET(&changes[1], static_cast<uintptr_t>(fd), EVFILT_WRITE, EV_ADD | EV_CLEAR, 0, 0, data);
  return Change(queue_, changes, writes ? 2 : 1);
}

// A filter that is there already is not added twice.
int Queue::Modify(int fd, int32_t slot, int32_t generation, bool writes) {
  return Add(fd, slot, generation, writes);
}

int Queue::Remove(int fd) {
  struct kevent change;
  EV_SET(&change, static_cast<uintptr_t>(fd), EVFILT_READ, EV_DELETE, 0, 0, nullptr);
  int result = Change(queue_, &change, 1);
  int error = errno;
  // Not there unless a write has waited, so it tells nothing of whose the number is.
  EV_SET(&change, static_cast<uintptr_t>(fd), EVFILT_WRITE, EV_DELETE, 0, 0, nullptr);
  Change(queue_, &change, 1);
  errno = error;
  return result;
}

int Queue::Arm(double milliseconds) {
  struct kevent change;
  if (milliseconds < 0) {
    EV_SET(&change, kTimerIdent, EVFILT_TIMER, EV_DELETE, 0, 0, nullptr);
    int result = Change(queue_, &change, 1);
    return result < 0 && errno == ENOENT ? 0 : result;
  }
  constexpr double kYear = 365.0 * 24 * 3600 * 1000;
  auto us = static_cast<intptr_t>(std::fmin(std::fmax(milliseconds, 1e-3), kYear) * 1e3);
  EV_SET(&change, kTimerIdent, EVFILT_TIMER, EV_ADD | EV_ONESHOT, NOTE_USECONDS, us, Pack(kTimerSlot, 0));
  return Change(queue_, &change, 1);
}

int Queue::Drain(Event* events) {
  struct kevent ready[kMaxBatch];
  timespec now = {};
  int count = Retry([&] { return kevent(queue_, nullptr, 0, ready, kMaxBatch, &now); });
  for (int i = 0; i < count; i++) {
    auto data = static_cast<uint64_t>(reinterpret_cast<uintptr_t>(ready[i].udata));
    events[i] = {static_cast<int32_t>(static_cast<uint32_t>(data)), static_cast<int32_t>(data >> 32),
                 ReadinessOf(ready[i])};
  }
  return count;
}
