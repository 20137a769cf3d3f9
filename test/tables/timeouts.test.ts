// Limits in time: a dialer's, and the deadlines of everything that waits, on every kind of socket.

import { describe, it } from "vitest";
import { asGo } from "./as-go.js";
import { kindsOf, nameOf, type Row, run } from "./limits.js";

const BLOCKED = ["still blocked after 100 ms; Close ends it"];

const table: Row[] = [
  { fn: "Dialer", timeout_ms: -5000, deadline_in_ms: 0, expect: "timeout" },
  { fn: "Dialer", timeout_ms: 0, deadline_in_ms: -5000, expect: "timeout" },
  { fn: "Dialer", timeout_ms: -5000, deadline_in_ms: 5000, expect: "timeout" },
  { fn: "Dialer", timeout_ms: "min int64", deadline_in_ms: 0, expect: "timeout" },
  { fn: "Dialer", timeout_ms: 0, deadline_in_ms: "min int64", expect: "timeout" },
  { fn: "Dialer", timeout_ms: 1, deadline_in_ms: 0, expect: "timeout" },
  { fn: "Dialer", timeout_ms: 1, deadline_in_ms: 5000, expect: "timeout" },
  { fn: "Dialer", timeout_ms: 50, deadline_in_ms: 0, expect: "timeout" },
  { fn: "Dialer", timeout_ms: 5000, deadline_in_ms: 50, expect: "timeout" },
  { fn: "Dialer", timeout_ms: "max int64", deadline_in_ms: 0, expect: "connects" },
  { fn: "Dialer", timeout_ms: 0, deadline_in_ms: "max int64", expect: "connects" },
  { fn: "Read", deadline_in_ms: -5000, expect: ["timeout", "timeout"] },
  { fn: "Read", deadline_in_ms: 50, expect: ["ok", "timeout"] },
  { fn: "ReadFrom", deadline_in_ms: -5000, expect: ["timeout", "timeout"] },
  { fn: "ReadFrom", deadline_in_ms: 50, expect: ["ok", "timeout"] },
  { fn: "Write", deadline_in_ms: -5000, expect: ["timeout", "timeout"] },
  { fn: "Write", deadline_in_ms: 50, expect: ["ok", "timeout"] },
  { fn: "Accept", deadline_in_ms: -5000, expect: ["timeout"] },
  { fn: "Accept", deadline_in_ms: [-5000, 0], expect: BLOCKED },
  { fn: "Read", deadline_in_ms: [-5000, 0], expect: BLOCKED },
  { fn: "ReadFrom", deadline_in_ms: [-5000, 0], expect: BLOCKED },
  { fn: "Write", deadline_in_ms: [-5000, 0], expect: BLOCKED },
  { fn: "SetDeadline", durations_ns: [1, 100, 1e4, 1e5, 1e6, 1e7, 1e8], expect: "timeout" },
];

describe("a limit in time", () => {
  const all = table.flatMap((row) =>
    kindsOf(row).map((kind) => [kind.name, nameOf(row), { row, kind }] as const),
  );
  it.each(all)("of %s: %s", (_kind, _name, { row, kind }) => run(row, kind));
});

asGo<Row>("timeouts", {
  nameOf,
  run: async (row) => void (await Promise.all(kindsOf(row).map((kind) => run(row, kind)))),
});
