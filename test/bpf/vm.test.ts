import { describe, expect, it } from "vitest";
import {
  ALUOpConstant,
  aluOpAdd,
  aluOpDiv,
  aluOpMod,
  aluOpMul,
  aluOpShiftLeft,
  aluOpShiftRight,
  aluOpSub,
  ALUOpX,
  extCPUID,
  extLen,
  type Instruction,
  Jump,
  JumpIf,
  JumpIfX,
  jumpEqual,
  jumpGreaterThan,
  jumpLessThan,
  LoadAbsolute,
  LoadConstant,
  LoadExtension,
  LoadIndirect,
  LoadMemShift,
  LoadScratch,
  NegateA,
  RawInstruction,
  regA,
  regX,
  RetA,
  RetConstant,
  StoreScratch,
  TAX,
  TXA,
  VM,
} from "rawconn/bpf";
import { thrown } from "../support/outcome.js";

const packet = Uint8Array.of(0x45, 0x80, 0xff, 0x01, 0x02);
const run = (...filter: Instruction[]) => new VM(filter).run(packet);
const ld = (val: number) => new LoadConstant({ dst: regA, val });
const ldx = (val: number) => new LoadConstant({ dst: regX, val });
const alu = (op: number, val: number) => new ALUOpConstant({ op, val });
const ret = (val: number) => new RetConstant({ val });

describe("VM.run", () => {
  it.each<[string, Instruction[], number]>([
    ["loads a byte", [new LoadAbsolute({ off: 1, size: 1 })], 0x80],
    ["loads two bytes in network order", [new LoadAbsolute({ off: 1, size: 2 })], 0x80ff],
    ["loads four bytes without a sign", [new LoadAbsolute({ off: 1, size: 4 })], 0x80ff0102],
    ["loads up to the last byte", [new LoadAbsolute({ off: 4, size: 1 })], 2],
    ["loads nothing that is cut", [new LoadAbsolute({ off: 2, size: 4 }), ld(1)], 0],
    ["loads at X", [ldx(3), new LoadIndirect({ off: 1, size: 1 })], 2],
    ["loads nothing beyond X", [ldx(0xffffffff), new LoadIndirect({ off: 1, size: 1 }), ld(1)], 0],
    ["takes the length of a header", [new LoadMemShift({ off: 0 }), new TXA()], 20],
    ["takes none from beyond the end", [new LoadMemShift({ off: 5 }), ld(1)], 0],
    ["knows how long the packet is", [new LoadExtension({ num: extLen })], 5],
    [
      "keeps what is stored",
      [ld(7), new StoreScratch({ src: regA, n: 15 }), ld(0), new LoadScratch({ dst: regA, n: 15 })],
      7,
    ],
    [
      "keeps X apart",
      [
        ldx(7),
        new StoreScratch({ src: regX, n: 0 }),
        ldx(0),
        new LoadScratch({ dst: regX, n: 0 }),
        new TXA(),
      ],
      7,
    ],
    ["moves A to X", [ld(9), new TAX(), ld(0), new TXA()], 9],
    ["begins with zeros", [new ALUOpX({ op: aluOpAdd })], 0],
    ["adds beyond 32 bits", [ld(0xffffffff), alu(aluOpAdd, 2)], 1],
    ["subtracts below 0", [ld(1), alu(aluOpSub, 2)], 0xffffffff],
    ["multiplies beyond 32 bits", [ld(0xffffffff), alu(aluOpMul, 0xffffffff)], 1],
    ["divides without a sign", [ld(0xfffffffe), alu(aluOpDiv, 2)], 0x7fffffff],
    ["takes a remainder without a sign", [ld(0xffffffff), alu(aluOpMod, 0x80000000)], 0x7fffffff],
    ["takes a remainder beyond 31 bits", [ld(0xfffffffe), alu(aluOpMod, 0xffffffff)], 0xfffffffe],
    ["ends at a division by an X of 0", [ld(4), new ALUOpX({ op: aluOpDiv }), ld(1)], 0],
    ["ends at a remainder by an X of 0", [ld(4), new ALUOpX({ op: aluOpMod }), ld(1)], 0],
    ["shifts into the highest bit", [ld(1), alu(aluOpShiftLeft, 31)], 0x80000000],
    ["shifts out all bits", [ld(1), alu(aluOpShiftLeft, 32)], 0],
    ["shifts right without a sign", [ld(0x80000000), alu(aluOpShiftRight, 31)], 1],
    ["shifts out all bits to the right", [ld(0x80000000), alu(aluOpShiftRight, 32)], 0],
  ])("%s", (_, instructions, result) => {
    expect(run(...instructions, new RetA())).toBe(result);
  });

  it("compares without a sign, and skips", () => {
    const by = (jump: Instruction) => run(ld(0x80000000), ldx(1), jump, ret(1), ret(2), ret(3));
    expect(by(new JumpIf({ cond: jumpGreaterThan, val: 1, skipTrue: 1, skipFalse: 2 }))).toBe(2);
    expect(by(new JumpIf({ cond: jumpLessThan, val: 1, skipTrue: 1, skipFalse: 2 }))).toBe(3);
    expect(by(new JumpIfX({ cond: jumpGreaterThan, skipTrue: 0, skipFalse: 2 }))).toBe(1);
    expect(by(new Jump({ skip: 2 }))).toBe(3);
  });

  it("tells what the program says, not what there is", () => {
    expect(run(ret(0xffffffff))).toBe(0xffffffff);
  });

  it("has no step for what Go's has none for, and says so when it gets there", () => {
    const skipped = new VM([new Jump({ skip: 1 }), new NegateA(), ret(1)]);
    expect(skipped.run(packet)).toBe(1);
    expect(thrown(() => run(ret(1).assemble(), ret(1)))).toMatchObject({
      message: "unknown Instruction at index 0: bpf.RawInstruction",
    });
    expect(thrown(() => run(ld(1), new NegateA(), new RetA()))).toMatchObject({
      name: "ProgramError",
      code: "ERR_BPF",
      message: "unknown Instruction at index 1: bpf.NegateA",
    });
  });

  it("begins anew with each packet", () => {
    const vm = new VM([
      new LoadScratch({ dst: regA, n: 0 }),
      new StoreScratch({ src: regX, n: 1 }),
      new RetA(),
    ]);
    const storing = new VM([ld(1), new StoreScratch({ src: regA, n: 0 }), new RetA()]);
    expect([storing.run(packet), vm.run(packet), vm.run(packet)]).toEqual([1, 0, 0]);
  });

  it("takes bytes only", () => {
    const vm = new VM([ret(1)]);
    expect(thrown(() => vm.run("packet" as never))).toMatchObject({ code: "ERR_INVALID_ARG_TYPE" });
  });
});

describe("a VM is not made of", () => {
  it.each<[string, Instruction[], string]>([
    ["nothing", [], "one or more Instructions must be specified"],
    ["what does not end", [ld(1)], "BPF program must end with RetA or RetConstant"],
    [
      "what ends raw",
      [new RawInstruction({ op: 6, jt: 0, jf: 0, k: 0 })],
      "BPF program must end with RetA or RetConstant",
    ],
    [
      "a jump past the end",
      [new Jump({ skip: 0xffffffff }), ret(1)],
      "cannot jump 4294967295 instructions; jumping past program bounds",
    ],
    [
      "one that is true past the end",
      [new JumpIf({ cond: jumpEqual, val: 0, skipTrue: 1 }), ret(1)],
      "cannot jump 1 instructions in true case; jumping past program bounds",
    ],
    [
      "one that is false past the end",
      [new JumpIfX({ cond: jumpEqual, skipFalse: 1 }), ret(1)],
      "cannot jump 1 instructions in false case; jumping past program bounds",
    ],
    ["a division by 0", [alu(aluOpDiv, 0), ret(1)], "cannot divide by zero using ALUOpConstant"],
    ["a remainder by 0", [alu(aluOpMod, 0), ret(1)], "cannot divide by zero using ALUOpConstant"],
    [
      "what only a kernel knows",
      [new LoadExtension({ num: extCPUID }), ret(1)],
      "extension 36 not implemented",
    ],
    [
      "what cannot be assembled",
      [new LoadAbsolute({ off: 0, size: 8 }), ret(1)],
      "assembling instruction 1: invalid load byte length 0",
    ],
  ])("%s", (_, filter, message) => {
    expect(thrown(() => new VM(filter))).toMatchObject({ name: "ProgramError", code: "ERR_BPF", message });
  });

  it("what is no program", () => {
    expect(thrown(() => new VM(null as never))).toMatchObject({ code: "ERR_INVALID_ARG_TYPE" });
    expect(thrown(() => new VM([null as never]))).toMatchObject({ code: "ERR_INVALID_ARG_TYPE" });
  });
});
