#pragma once

#include <cerrno>

// Makes a call again while a signal interrupts it. Not for connect(2), which goes on by itself, nor for
// close(2), whose descriptor is gone whatever it returns.
template <typename Call>
auto Retry(Call call) -> decltype(call()) {
  decltype(call()) result;
  do {
    result = call();
  } while (result < 0 && errno == EINTR);
  return result;
}
