// What one Node environment (the main thread or one worker) owns. There are no globals: two workers
// never meet here.
#pragma once

#include <node_api.h>

#include <vector>

// The descriptors that this environment opened or took over, and has not closed. When the environment ends,
// whatever still stands here is closed, so that a terminated worker leaves nothing behind.
class Descriptors {
 public:
  static Descriptors* Of(napi_env env);
  static void Install(napi_env env);

  void Add(int fd);
  void Remove(int fd);
  void CloseAll();

 private:
  std::vector<bool> open_;
};
