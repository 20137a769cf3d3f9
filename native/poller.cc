#include "poller.h"

#include <cerrno>

Napi::Function Poller::Define(Napi::Env env) {
  return DefineClass(env, "Poller",
                     {
                         InstanceMethod<&Poller::Add>("add"),
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

static int32_t Int(const Napi::Value& value) {
  int32_t number = 0;
  napi_get_value_int32(value.Env(), value, &number);
  return number;
}

Napi::Value Poller::Add(const Napi::CallbackInfo& info) {
  return Result(info.Env(), core_->queue().Add(Int(info[0]), Int(info[1]), Int(info[2])));
}

Napi::Value Poller::Remove(const Napi::CallbackInfo& info) {
  return Result(info.Env(), core_->queue().Remove(Int(info[0])));
}

Napi::Value Poller::Arm(const Napi::CallbackInfo& info) {
  double milliseconds = -1;
  napi_get_value_double(info.Env(), info[0], &milliseconds);
  return Result(info.Env(), core_->queue().Arm(milliseconds));
}

void Poller::Ref(const Napi::CallbackInfo&) { core_->Ref(); }

void Poller::Unref(const Napi::CallbackInfo&) { core_->Unref(); }
