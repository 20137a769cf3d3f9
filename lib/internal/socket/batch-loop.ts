// recvmsg(2), sendmsg(2): where there is no recvmmsg(2) and sendmmsg(2)
import { binding } from "../binding.js";
import { EAGAIN } from "../poll/ops.js";
import { type BatchTable, NAME_ROOM } from "./batch-table.js";
import { MessageBlock } from "./message-block.js";
import type { NetFD } from "./net-fd.js";

// An error behind messages that did come belongs to the next call, as recvmmsg(2) has it.
const late = new WeakMap<NetFD, number>();

// Large enough for the tables that were used so far.
let block = new MessageBlock(0);

function blockFor({ control }: BatchTable): MessageBlock {
  if (block.control.length < control) block = new MessageBlock(control);
  return block;
}

/** What recvmmsg(2) does, with room for so many messages: their number, or minus errno. */
export function receiveByLoop(fd: NetFD, table: BatchTable, flags: number, count: number): number {
  table.clear();
  const before = late.get(fd);
  if (before !== undefined) {
    late.delete(fd);
    return before;
  }
  const one = blockFor(table);
  for (let i = 0; i < count; i++) {
    const room = table.bytes.subarray(i * table.size, (i + 1) * table.size);
    one.offer(table.control);
    const n = binding.recvmsg(fd.fd, room, one.bytes, flags);
    if (n < 0) return i > 0 ? behind(fd, i, n) : n;
    keep(table, i, Math.min(n, table.size), one);
  }
  return count;
}

function behind(fd: NetFD, count: number, error: number): number {
  if (error !== EAGAIN) late.set(fd, error);
  return count;
}

function keep(table: BatchTable, i: number, n: number, one: MessageBlock): void {
  const { nameOffset, nameLength, controlLength } = one;
  table.block.set(
    one.bytes.subarray(nameOffset, nameOffset + Math.min(nameLength, NAME_ROOM)),
    table.nameOffset(i),
  );
  table.block.set(one.control.subarray(0, controlLength), table.controlOffset(i));
  table.setLengths(i, nameLength, controlLength);
  table.setReceived(i, true);
  table.put(i * table.size, n, one.flags, i);
}

/** What sendmmsg(2) does with the messages from `from` on: how many went, or minus errno if the first did not. */
export function sendByLoop(
  fd: NetFD,
  table: BatchTable,
  from: number,
  flags: number,
  named: boolean,
): number {
  const one = blockFor(table);
  for (let i = from; i < table.length; i++) {
    const [source, offset] = [table.source(i), table.offset(i)];
    const [name, control] = [table.nameOffset(source), table.controlOffset(source)];
    const nameLength = named ? table.nameLength(source) : 0;
    const controlLength = table.sentControl(source);
    one.bytes.set(table.block.subarray(name, name + nameLength), one.nameOffset);
    one.control.set(table.block.subarray(control, control + controlLength));
    one.give(nameLength, controlLength);
    const n = binding.sendmsg(fd.fd, table.bytes.subarray(offset, offset + table.n(i)), one.bytes, flags);
    if (n < 0) return i > from ? i - from : n;
  }
  return table.length - from;
}
