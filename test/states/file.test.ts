import { openSync } from "node:fs";
import { describe } from "vitest";
import { File } from "rawconn";
import { type Matrix, type Stage, stageOf, table } from "./matrix.js";

describe("a File", () => {
  const CLOSED = "ERR_CLOSED: use of closed network connection";

  async function stage(): Promise<Stage<File>> {
    const file = new File(openSync("/dev/null", "r"), "null");
    return stageOf(file, [[file.fd, "NUMBER"]], [file]);
  }

  const states = {
    open: { fresh: (f: File, call: (f: File) => unknown) => call(f) },
    closed: {
      closed: (f: File, call: (f: File) => unknown) => {
        f.close();
        return call(f);
      },
    },
  };

  const matrix: Matrix<File> = {
    fd: [(f) => f.fd >= 0, "true", CLOSED],
    close: [(f) => f.close(), "ok", CLOSED],
    "Symbol.dispose": [(f) => f[Symbol.dispose](), "ok", "ok"],
    "Symbol.asyncDispose": [(f) => f[Symbol.asyncDispose](), "ok", "ok"],
  };

  table(File, stage, states, matrix);
});
