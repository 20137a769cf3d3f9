#include "poller.h"

#include <cerrno>
#include <initializer_list>

#include "env.h"

Napi::Function Poller::Define(Napi::Env env) {
  return DefineClass(env, "Poller",
                     {
                         InstanceMethod<&Poller::Add>("add"),
                         InstanceMethod<&Poller::Modify>("modify"),
                         InstanceMethod<&Poller::Remove>("remove"),
                         InstanceMethod<&Poller::Arm>("arm"),
                         InstanceMethod<&Poller::Ref>("ref"),
                         InstanceMethod<&Poller::Unref>("unref"),
                     });
}

Poller::Poller(const Napi::CallbackInfo& info) : Napi::ObjectWrap<Poller>(info) {
  Napi::Env env = info.Env();
  bool fits = info.Length() == 2 && info[0].IsFunction() && info[1].IsTypedArray() &&
              info[1].As<Napi::TypedArray>().TypedArrayType() == napi_int32_array &&
              info[1].As<Napi::TypedArray>().ElementLength() >= PollerCore::kWords;
  if (!fits) {
    napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE",
                          "Expected a function and an Int32Array of constants.POLLER_WORDS");
    return;
  }
  core_ = PollerCore::Open(env, info[0].As<Napi::Function>(), info[1].As<Napi::Int32Array>());
}

// The object is held by lib/ for as long as the environment lives; the cleanup hook ends the core, and
// finalizers run after the hooks in no order that could be relied on. So nothing is touched here.
Poller::~Poller() = default;

static Napi::Value Result(Napi::Env env, int result) {
  return Napi::Number::New(env, result < 0 ? -errno : result);
}

// False with a pending TypeError.
static bool Ints(const Napi::CallbackInfo& info, std::initializer_list<int32_t*> out) {
  size_t index = 0;
  for (int32_t* number : out) {
    if (napi_get_value_int32(info.Env(), info[index++], number) != napi_ok) {
      napi_throw_type_error(info.Env(), "ERR_INVALID_ARG_TYPE", "Expected an integer");
      return false;
    }
  }
  return true;
}

Napi::Value Poller::Add(const Napi::CallbackInfo& info) {
  int32_t fd = -1, slot = 0, generation = 0, writes = 0;
  if (!Ints(info, {&fd, &slot, &generation, &writes})) return Napi::Value();
  return Result(info.Env(), core_->queue().Add(fd, slot, generation, writes != 0));
}

Napi::Value Poller::Modify(const Napi::CallbackInfo& info) {
  int32_t fd = -1, slot = 0, generation = 0, writes = 0;
  if (!Ints(info, {&fd, &slot, &generation, &writes})) return Napi::Value();
  return Result(info.Env(), core_->queue().Modify(fd, slot, generation, writes != 0));
}

Napi::Value Poller::Remove(const Napi::CallbackInfo& info) {
  int32_t fd = -1;
  if (!Ints(info, {&fd})) return Napi::Value();
  int result = core_->queue().Remove(fd);
  Napi::Value value = Result(info.Env(), result);
  // Not what was watched: somebody closed that, so the number is not ours to close with the environment.
  if (result < 0) Descriptors::Of(info.Env())->Remove(fd);
  return value;
}

Napi::Value Poller::Arm(const Napi::CallbackInfo& info) {
  double milliseconds;
  if (napi_get_value_double(info.Env(), info[0], &milliseconds) != napi_ok) {
    napi_throw_type_error(info.Env(), "ERR_INVALID_ARG_TYPE", "Expected a number");
    return Napi::Value();
  }
  return Result(info.Env(), core_->queue().Arm(milliseconds));
}

void Poller::Ref(const Napi::CallbackInfo&) { core_->Ref(); }

void Poller::Unref(const Napi::CallbackInfo&) { core_->Unref(); }
