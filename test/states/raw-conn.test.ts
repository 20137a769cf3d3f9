import { describe } from "vitest";
import { type Handle, RawConn, type TCPConn, type TCPListener } from "rawconn";
import { constant } from "#lib/internal/binding.js";
import { pair } from "../support/pair.js";
import { closedAs, EINVAL, type Matrix, pending, type Stage, stageOf, type State, table } from "./matrix.js";

const [SOL_SOCKET, SO_RCVBUF] = ["SOL_SOCKET", "SO_RCVBUF"].map(constant) as [number, number];
const p = () => new Uint8Array(8);

// What each was asked of.
const owners = new WeakMap<RawConn, Handle>();

async function stage(whose: "client" | "listener"): Promise<Stage<RawConn>> {
  const ends = await pair();
  const raw = ends[whose].syscallConn();
  owners.set(raw, ends[whose]);
  const names: [unknown, string][] = [
    [ends.client.localAddr, "CLIENT"],
    [ends.listener.addr, "LISTENER"],
  ];
  return stageOf(raw, names, [ends]);
}

const fresh: State<RawConn> = (r, call) => call(r);
const lent: State<RawConn> = (r, call) => r.control(() => call(r));
const closed: Record<string, State<RawConn>> = {
  closed: (r, call) => {
    owners.get(r)!.close();
    return call(r);
  },
  closing: (r, call) =>
    r.control(() => {
      owners.get(r)!.close();
      return call(r);
    }),
};

// What all of them do, whatever they are of.
function rows(where: string): Matrix<RawConn> {
  const refused = closedAs("tcp", where)("raw-control");
  return {
    control: [(r) => r.control((fd) => fd > 2), "true", refused],
    setsockopt: [(r) => r.setsockopt(SOL_SOCKET, SO_RCVBUF, 8192), "ok", refused],
    getsockopt: [(r) => r.getsockopt(SOL_SOCKET, SO_RCVBUF) > 0, "true", refused],
  };
}

describe("a RawConn of a connection", () => {
  const open = {
    fresh,
    "lent to a callback": lent,
    "a read pending": pending<RawConn>((r) => (owners.get(r) as TCPConn).read(p())),
    "its own read pending": pending<RawConn>((r) => r.read(() => false)),
  };
  const gone = closedAs("tcp", "CLIENT->LISTENER");

  // What waits already has its turn first.
  const inLine = { "a read pending": "waits", "its own read pending": "waits" };
  table(
    RawConn,
    () => stage("client"),
    { open, closed },
    {
      ...rows("CLIENT"),
      read: [(r) => r.read(() => true), "ok", gone("raw-read"), inLine],
      "read that is not done": [(r) => r.read(() => false), "waits", gone("raw-read")],
      write: [(r) => r.write(() => true), "ok", gone("raw-write")],
    },
  );
});

describe("a RawConn of a listener", () => {
  const open = {
    fresh,
    "lent to a callback": lent,
    "an accept pending": pending<RawConn>((r) => (owners.get(r) as TCPListener).accept()),
  };

  table(
    RawConn,
    () => stage("listener"),
    { open, closed },
    {
      ...rows("LISTENER"),
      read: [(r) => r.read(() => true), EINVAL, EINVAL],
      write: [(r) => r.write(() => true), EINVAL, EINVAL],
    },
  );
});
