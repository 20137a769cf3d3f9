// Bun.udpSocket. Mode: udp.
import { attend } from "./control.mjs";

let count = 0;
const socket = await Bun.udpSocket({
  hostname: "127.0.0.1",
  port: 0,
  socket: {
    data(self, bytes, port, address) {
      count++;
      if (!self.send(bytes, port, address)) throw new Error("the send buffer is full");
    },
  },
});
attend(socket.port, { count: () => count, collect: () => Bun.gc(true) });
