{
  # -Werror belongs to the project's own builds: scripts/build.mjs passes -Drawconn_werror=1.
  # A user who compiles on demand must not be stopped by a newer compiler's new warning.
  "variables": { "rawconn_werror%": 0 },
  "targets": [
    {
      "target_name": "rawconn",
      "sources": ["<!@(node scripts/sources.mjs <(OS))"],
      "include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")"],
      "defines": [
        "NAPI_VERSION=8",
        "NAPI_DISABLE_CPP_EXCEPTIONS",
        "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"
      ],
      "cflags!": ["-O3"],
      "cflags": ["-O2", "-fvisibility=hidden", "-Wall", "-Wextra"],
      "cflags_cc": ["-std=c++20", "-fno-exceptions", "-fno-rtti"],
      "conditions": [
        ["rawconn_werror==1", { "cflags": ["-Werror"] }],
        # nodelete: libuv may still call a close callback after Node has unloaded the addon of a finished worker.
        ["OS=='linux'", { "ldflags": ["-Wl,-z,nodelete", "-Wl,-z,noexecstack"] }],
        ["OS=='mac'", {
          "xcode_settings": {
            "CLANG_CXX_LANGUAGE_STANDARD": "c++20",
            "GCC_ENABLE_CPP_EXCEPTIONS": "NO",
            "GCC_ENABLE_CPP_RTTI": "NO",
            "GCC_OPTIMIZATION_LEVEL": "2",
            "GCC_SYMBOLS_PRIVATE_EXTERN": "YES",
            "MACOSX_DEPLOYMENT_TARGET": "11.0",
            "WARNING_CFLAGS": ["-Wall", "-Wextra"]
          }
        }]
      ]
    }
  ]
}
