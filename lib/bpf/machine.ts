// Go: x/net/bpf/vm_instructions.go
import {
  type ALUOp,
  aluOpAdd,
  aluOpAnd,
  aluOpDiv,
  aluOpMod,
  aluOpMul,
  aluOpOr,
  aluOpShiftLeft,
  aluOpShiftRight,
  aluOpSub,
  aluOpXor,
  jumpBitsNotSet,
  jumpBitsSet,
  jumpEqual,
  jumpGreaterOrEqual,
  jumpGreaterThan,
  jumpLessOrEqual,
  jumpLessThan,
  jumpNotEqual,
  type JumpTest,
} from "./constants.js";
import { SLOTS } from "./opcodes.js";

/** The machine of a program: two registers, some memory, a packet. All numbers are unsigned, of 32 bits. */
export class Machine {
  /** The accumulator. */
  a = 0;
  /** The index. */
  x = 0;
  /** The instruction that comes next. */
  at = 0;
  readonly scratch = new Uint32Array(SLOTS);
  readonly packet: Uint8Array;

  constructor(packet: Uint8Array) {
    this.packet = packet;
  }

  /** The number at an offset of the packet; null when it is not all there. */
  load(off: number, size: number): number | null {
    if (off + size > this.packet.length) return null;
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 0x100 + this.packet[off + i]!;
    return value;
  }

  /** How long the IPv4 header is that begins at an offset; null when nothing begins there. */
  headerLength(off: number): number | null {
    const first = this.load(off, 1);
    return first === null ? null : (first & 0x0f) * 4;
  }
}

const shift = (v: number, shifted: number) => (v < 32 ? shifted >>> 0 : 0);

const computations = new Map<ALUOp, (a: number, v: number) => number | null>([
  [aluOpAdd, (a, v) => (a + v) >>> 0],
  [aluOpSub, (a, v) => (a - v) >>> 0],
  [aluOpMul, (a, v) => Math.imul(a, v) >>> 0],
  [aluOpDiv, (a, v) => (v === 0 ? null : Math.floor(a / v))],
  [aluOpOr, (a, v) => (a | v) >>> 0],
  [aluOpAnd, (a, v) => (a & v) >>> 0],
  [aluOpShiftLeft, (a, v) => shift(v, a << v)],
  [aluOpShiftRight, (a, v) => shift(v, a >>> v)],
  [aluOpMod, (a, v) => (v === 0 ? null : a % v)],
  [aluOpXor, (a, v) => (a ^ v) >>> 0],
]);

/** A op v; null where that divides by zero. An operation that there is not leaves A as it is. */
export function compute(op: ALUOp, a: number, v: number): number | null {
  const computation = computations.get(op);
  return computation === undefined ? a : computation(a, v);
}

const tests = new Map<JumpTest, (a: number, v: number) => boolean>([
  [jumpEqual, (a, v) => a === v],
  [jumpNotEqual, (a, v) => a !== v],
  [jumpGreaterThan, (a, v) => a > v],
  [jumpLessThan, (a, v) => a < v],
  [jumpGreaterOrEqual, (a, v) => a >= v],
  [jumpLessOrEqual, (a, v) => a <= v],
  [jumpBitsSet, (a, v) => (a & v) !== 0],
  [jumpBitsNotSet, (a, v) => (a & v) === 0],
]);

/** Whether A compares so to v. Which comparisons there are was found out when the program was assembled. */
export function holds(cond: JumpTest, a: number, v: number): boolean {
  return tests.get(cond)!(a, v);
}
