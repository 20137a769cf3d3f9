// node:dgram. Mode: udp.
import { createSocket } from "node:dgram";
import { attend } from "./control.mjs";

let count = 0;
const socket = createSocket("udp4");
socket.on("message", (bytes, { port, address }) => {
  count++;
  socket.send(bytes, port, address);
});
socket.bind(0, "127.0.0.1", () => attend(socket.address().port, { count: () => count }));
