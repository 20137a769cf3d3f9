#pragma once

#include <napi.h>

struct Constant {
  const char* name;
  int value;
};

// What only this system has: constants_linux.cc or constants_darwin.cc. Ends with a null name.
extern const Constant kPlatformConstants[];

// The platform's numbers by their C names. A name the system lacks is absent, never zero.
Napi::Object Constants(Napi::Env env);
