// node:dgram. Modes: udp; udp-sink, which sends nothing back.
import { createSocket } from "node:dgram";
import { attend, mode } from "./control.mjs";

const sinks = mode === "udp-sink";
let count = 0;
let seen = 0;
const socket = createSocket("udp4");
socket.on("message", (bytes, { port, address }) => {
  count++;
  if (sinks) seen = (seen + bytes[0] + bytes.length + port) | 0;
  else socket.send(bytes, port, address);
});
socket.bind(0, "127.0.0.1", () => {
  attend(socket.address().port, { count: () => count, requests: { seen: () => seen } });
});
