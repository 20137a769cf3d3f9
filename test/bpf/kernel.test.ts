// The kernel and the VM say the same of every packet, whatever the program.

import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import {
  ALUOpConstant,
  aluOpAdd,
  aluOpAnd,
  aluOpDiv,
  aluOpMod,
  aluOpMul,
  aluOpOr,
  aluOpShiftLeft,
  aluOpShiftRight,
  aluOpSub,
  ALUOpX,
  aluOpXor,
  attach,
  extLen,
  type Instruction,
  Jump,
  JumpIf,
  JumpIfX,
  LoadAbsolute,
  LoadConstant,
  LoadExtension,
  LoadIndirect,
  LoadMemShift,
  LoadScratch,
  regA,
  regX,
  RetA,
  RetConstant,
  StoreScratch,
  TAX,
  TXA,
  VM,
} from "rawconn/bpf";
import { binding, constant } from "#lib/internal/binding.js";
import { check, minus, Raw } from "../internal/raw.js";

/** One step of a program: instructions that stay together, or a jump over so many steps. */
type Step = Instruction[] | ((over: (steps: number) => number) => Instruction);

const SLOTS = 4;

// A slot that was never written is an error to the kernel, and 0 to the VM.
const prologue = Array.from({ length: SLOTS }, (_, n) => new StoreScratch({ src: regA, n }));

/** A program of these steps. A jump that goes too far goes to its end. */
function programOf(steps: Step[], end: Instruction): Instruction[] {
  const starts = [0];
  for (const step of steps) starts.push(starts.at(-1)! + (typeof step === "function" ? 1 : step.length));
  const body = steps.flatMap((step, i) => {
    if (typeof step !== "function") return step;
    return [step((over) => starts[Math.min(i + 1 + over, steps.length)] - starts[i + 1])];
  });
  return [...prologue, ...body, end];
}

const word = fc.oneof(
  fc.nat(64),
  fc.nat(0xffffffff),
  fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffffff),
);
const off = fc.nat(40);
const size = fc.constantFrom(1, 2, 4);
const slot = fc.nat(SLOTS - 1);
const over = fc.nat(4);
const cond = fc.nat(7);
const shiftOp = fc.constantFrom(aluOpShiftLeft, aluOpShiftRight);
const divisionOp = fc.constantFrom(aluOpDiv, aluOpMod);
const otherOp = fc.constantFrom(aluOpAdd, aluOpSub, aluOpMul, aluOpOr, aluOpAnd, aluOpXor);
const alu = (op: number, val: number) => new ALUOpConstant({ op, val });
const ldx = (val: number) => new LoadConstant({ dst: regX, val });

// X stays below 256: where it makes an offset wrap around, kernel and VM differ, and nobody means that.
const loads: fc.Arbitrary<Step>[] = [
  word.map((val) => [new LoadConstant({ dst: regA, val })]),
  fc.nat(255).map((val) => [ldx(val)]),
  fc.tuple(off, size).map(([o, s]) => [new LoadAbsolute({ off: o, size: s })]),
  fc.tuple(off, size).map(([o, s]) => [new LoadIndirect({ off: o, size: s })]),
  off.map((o) => [new LoadMemShift({ off: o })]),
  fc.constant([new LoadExtension({ num: extLen })]),
  fc.tuple(fc.constantFrom(regA, regX), slot).map(([src, n]) => [new StoreScratch({ src, n })]),
  slot.map((n) => [new LoadScratch({ dst: regA, n })]),
  fc.constant([alu(aluOpAnd, 0xff), new TAX()]),
  fc.constant([new TXA()]),
];
const arithmetic: fc.Arbitrary<Step>[] = [
  fc.tuple(otherOp, word).map(([op, val]) => [alu(op, val)]),
  fc.tuple(divisionOp, word).map(([op, val]) => [alu(op, val || 1)]),
  fc.tuple(shiftOp, fc.nat(31)).map(([op, val]) => [alu(op, val)]),
  fc.oneof(otherOp, divisionOp).map((op) => [new ALUOpX({ op })]),
  fc.tuple(shiftOp, fc.nat(31)).map(([op, val]) => [ldx(val), new ALUOpX({ op })]),
];
const jumps: fc.Arbitrary<Step>[] = [
  over.map(
    (n): Step =>
      (skip) =>
        new Jump({ skip: skip(n) }),
  ),
  fc.tuple(cond, word, over, over).map(([c, val, t, f]): Step => {
    return (skip) => new JumpIf({ cond: c, val, skipTrue: skip(t), skipFalse: skip(f) });
  }),
  fc.tuple(cond, over, over).map(([c, t, f]): Step => {
    return (skip) => new JumpIfX({ cond: c, skipTrue: skip(t), skipFalse: skip(f) });
  }),
];
const ret = fc.oneof(
  fc.constant(new RetA()),
  fc.oneof(fc.nat(48), word).map((val) => new RetConstant({ val })),
);
const step = fc.oneof(
  { weight: 5, arbitrary: fc.oneof(...loads) },
  { weight: 4, arbitrary: fc.oneof(...arithmetic) },
  { weight: 3, arbitrary: fc.oneof(...jumps) },
  { weight: 1, arbitrary: ret.map((instruction): Step => [instruction]) },
);
const program = fc.tuple(fc.array(step, { maxLength: 24 }), ret).map(([steps, end]) => programOf(steps, end));
const packets = fc.array(fc.uint8Array({ maxLength: 48 }), { minLength: 1, maxLength: 4 });

describe.runIf(process.platform === "linux")("the kernel and the VM", () => {
  const AF_UNIX = constant("AF_UNIX");
  const datagram = () => new Raw(binding.socket(AF_UNIX, constant("SOCK_DGRAM"), 0));
  const [near, far] = [datagram(), datagram()];
  const name = Uint8Array.of(AF_UNIX, 0, ...Buffer.from(`\0rawconn-bpf-${process.pid}`));
  check(binding.bind(far.fd, name));
  check(binding.connect(near.fd, name));
  afterAll(() => [near, far].forEach((socket) => socket[Symbol.dispose]()));

  const p = new Uint8Array(64);
  const NOTHING = minus("EAGAIN");

  /** What the kernel lets through: how many bytes, or that there is nothing to read. */
  function passed(packet: Uint8Array): number {
    expect(binding.send(near.fd, packet, 0)).toBe(packet.length);
    return binding.recv(far.fd, p);
  }

  it("let the same packets in, and cut them alike", () => {
    const seen = { dropped: 0, cut: 0, whole: 0 };
    fc.assert(
      fc.property(program, packets, (filter, all) => {
        const vm = new VM(filter);
        attach(far.fd, filter);
        for (const packet of all) {
          const kept = vm.run(packet);
          const expected = kept === 0 ? NOTHING : Math.min(kept, packet.length);
          expect(passed(packet)).toBe(expected);
          seen[kept === 0 ? "dropped" : expected < packet.length ? "cut" : "whole"]++;
        }
      }),
      { numRuns: 3000, seed: 40_131 },
    );
    // All three happen, or this would prove little.
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(300);
  });

  it("differ where X shifts by 32 and more, as is documented", () => {
    const filter = [
      new LoadConstant({ dst: regA, val: 1 }),
      ldx(33),
      new ALUOpX({ op: aluOpShiftLeft }),
      new RetA(),
    ];
    attach(far.fd, filter);
    const packet = new Uint8Array(8);
    expect([new VM(filter).run(packet), passed(packet)]).toEqual([0, 2]);
  });
});
