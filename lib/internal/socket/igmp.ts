// Go: net/interface_linux.go (parseProcNetIGMP, parseProcNetIGMP6)
import { IP } from "../../addr/index.js";
import type { Owned } from "./interfaces.js";
import { littleEndian } from "./sockaddr.js";

/** The groups in the text of /proc/net/igmp: a line for each interface, and below it, indented, one for each group. */
export function parseIGMP(text: string): Owned<IP>[] {
  const found: Owned<IP>[] = [];
  let index = 0;
  for (const line of text.split("\n")) {
    const head = /^(\d+)\s/.exec(line);
    if (head !== null) index = Number(head[1]);
    const group = /^\s+([\dA-F]{8})\s/i.exec(line);
    // A 32-bit number of this machine, whose bytes are in the order of the network.
    if (group !== null) found.push({ index, value: inMachineOrder(Number.parseInt(group[1]!, 16)) });
  }
  return found;
}

function inMachineOrder(word: number): IP {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, word, littleEndian);
  return IP.from(bytes).to16();
}

/** The groups in the text of /proc/net/igmp6: a line for each, with the interface's number, its name and the group. */
export function parseIGMP6(text: string): Owned<IP>[] {
  const found: Owned<IP>[] = [];
  for (const line of text.split("\n")) {
    const [, index, group] = /^(\d+)\s+\S+\s+([\da-f]{32})\s/i.exec(line) ?? [];
    if (group !== undefined) found.push({ index: Number(index), value: IP.from(Buffer.from(group, "hex")) });
  }
  return found;
}
