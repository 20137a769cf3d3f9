// Bun.udpSocket. Modes: udp; udp-sink, which sends nothing back.
import { attend, mode } from "./control.mjs";

const sinks = mode === "udp-sink";
let count = 0;
let seen = 0;
const socket = await Bun.udpSocket({
  hostname: "127.0.0.1",
  port: 0,
  socket: {
    data(self, bytes, port, address) {
      count++;
      if (sinks) seen = (seen + bytes[0] + bytes.length + port) | 0;
      else if (!self.send(bytes, port, address)) throw new Error("the send buffer is full");
    },
  },
});
attend(socket.port, {
  count: () => count,
  collect: () => Bun.gc(true),
  requests: { seen: () => seen },
});
