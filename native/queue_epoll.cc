// Linux: epoll(7), with a timerfd(2) inside the same set.
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>

#include "queue.h"
#include "retry.h"

namespace {

uint64_t Pack(int32_t slot, int32_t generation) {
  return static_cast<uint64_t>(static_cast<uint32_t>(generation)) << 32 | static_cast<uint32_t>(slot);
}

epoll_event Interest(int32_t slot, int32_t generation, bool writes) {
  epoll_event event = {};
  event.events = EPOLLIN | EPOLLPRI | EPOLLRDHUP | EPOLLET;
  if (writes) event.events |= EPOLLOUT;
  event.data.u64 = Pack(slot, generation);
  return event;
}

int32_t ReadinessOf(uint32_t events) {
  int32_t readiness = 0;
  // An error or a hangup wakes both sides: a refused datagram socket reports OUT and ERR without IN.
  if (events & (EPOLLIN | EPOLLPRI | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) readiness |= kReadable;
  if (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) readiness |= kWritable;
  // A read stops short at urgent data, whatever comes after it.
  if (events & (EPOLLPRI | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) readiness |= kDistrust;
  return readiness;
}

timespec FromMilliseconds(double milliseconds) {
  // A zero expiry would disarm the timer, so "at once" is one nanosecond. Anything beyond a year is a year:
  // whoever waits that long is asked again.
  constexpr double kYear = 365.0 * 24 * 3600 * 1000;
  double clamped = std::fmin(std::fmax(milliseconds, 1e-6), kYear);
  auto ns = static_cast<int64_t>(clamped * 1e6);
  return {static_cast<time_t>(ns / 1000000000), static_cast<long>(ns % 1000000000)};
}

}  // namespace

int Queue::Open() {
  queue_ = epoll_create1(EPOLL_CLOEXEC);
  if (queue_ < 0) return -1;
  timer_ = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  if (timer_ >= 0 && Add(timer_, kTimerSlot, 0, false) == 0) return 0;
  int saved = errno;
  Close();
  errno = saved;
  return -1;
}

void Queue::Close() {
  if (timer_ >= 0) close(timer_);
  if (queue_ >= 0) close(queue_);
  timer_ = queue_ = -1;
}

int Queue::Add(int fd, int32_t slot, int32_t generation, bool writes) {
  epoll_event event = Interest(slot, generation, writes);
  return epoll_ctl(queue_, EPOLL_CTL_ADD, fd, &event);
}

int Queue::Modify(int fd, int32_t slot, int32_t generation, bool writes) {
  epoll_event event = Interest(slot, generation, writes);
  return epoll_ctl(queue_, EPOLL_CTL_MOD, fd, &event);
}

int Queue::Remove(int fd) {
  epoll_event ignored = {};  // Kernels before 2.6.9 want it to be there.
  return epoll_ctl(queue_, EPOLL_CTL_DEL, fd, &ignored);
}

int Queue::Arm(double milliseconds) {
  itimerspec spec = {};
  if (milliseconds >= 0) spec.it_value = FromMilliseconds(milliseconds);
  // Setting a timerfd also clears its expirations, so it is never read.
  return timerfd_settime(timer_, 0, &spec, nullptr);
}

int Queue::Drain(Event* events) {
  epoll_event ready[kMaxBatch];
  int count = Retry([&] { return epoll_wait(queue_, ready, kMaxBatch, 0); });
  for (int i = 0; i < count; i++) {
    uint64_t data = ready[i].data.u64;
    events[i] = {static_cast<int32_t>(static_cast<uint32_t>(data)), static_cast<int32_t>(data >> 32),
                 ReadinessOf(ready[i].events)};
  }
  return count;
}
