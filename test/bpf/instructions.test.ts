// Every instruction: how it is encoded, what it is called, and that it is found again in its encoded form.

import { describe, expect, it } from "vitest";
import {
  type ALUOp,
  ALUOpConstant,
  ALUOpX,
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
  assemble,
  disassemble,
  type Extension,
  extCPUID,
  extInterfaceIndex,
  extLen,
  extLinkLayerType,
  extMark,
  extNetlinkAttr,
  extNetlinkAttrNested,
  extPayloadOffset,
  extProto,
  extQueue,
  extRand,
  extRXHash,
  extType,
  extVLANProto,
  extVLANTag,
  extVLANTagPresent,
  type Instruction,
  type JumpTest,
  type Register,
  Jump,
  jumpBitsNotSet,
  jumpBitsSet,
  jumpEqual,
  jumpGreaterOrEqual,
  jumpGreaterThan,
  JumpIf,
  JumpIfX,
  jumpLessOrEqual,
  jumpLessThan,
  jumpNotEqual,
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
} from "rawconn/bpf";
import { thrown } from "../support/outcome.js";

const raw = (op: number, k = 0, jt = 0, jf = 0) => new RawInstruction({ op, jt, jf, k });
const extension = (num: Extension) => new LoadExtension({ num });
const jump = (cond: JumpTest, skipTrue: number, skipFalse: number) =>
  new JumpIf({ cond, val: 0x20, skipTrue, skipFalse });
const jumpX = (cond: JumpTest, skipTrue: number, skipFalse: number) =>
  new JumpIfX({ cond, skipTrue, skipFalse });
const loaded = (dst: Register, val: number) => new LoadConstant({ dst, val });
const alu = (op: ALUOp) => new ALUOpConstant({ op, val: 7 });

// Against linux/filter.h and what bpf_asm of the kernel's tools prints, not against this library's own numbers.
const table: [Instruction, RawInstruction, string][] = [
  [loaded(regA, 7), raw(0x00, 7), "ld #7"],
  [loaded(regX, 0xffffffff), raw(0x01, 0xffffffff), "ldx #4294967295"],
  [new LoadScratch({ dst: regA, n: 15 }), raw(0x60, 15), "ld M[15]"],
  [new LoadScratch({ dst: regX, n: 0 }), raw(0x61, 0), "ldx M[0]"],
  [new LoadAbsolute({ off: 12, size: 4 }), raw(0x20, 12), "ld [12]"],
  [new LoadAbsolute({ off: 12, size: 2 }), raw(0x28, 12), "ldh [12]"],
  [new LoadAbsolute({ off: 12, size: 1 }), raw(0x30, 12), "ldb [12]"],
  [new LoadIndirect({ off: 3, size: 4 }), raw(0x40, 3), "ld [x + 3]"],
  [new LoadIndirect({ off: 3, size: 2 }), raw(0x48, 3), "ldh [x + 3]"],
  [new LoadIndirect({ off: 3, size: 1 }), raw(0x50, 3), "ldb [x + 3]"],
  [new LoadMemShift({ off: 14 }), raw(0xb1, 14), "ldx 4*([14]&0xf)"],
  [new StoreScratch({ src: regA, n: 1 }), raw(0x02, 1), "st M[1]"],
  [new StoreScratch({ src: regX, n: 15 }), raw(0x03, 15), "stx M[15]"],
  [extension(extLen), raw(0x80), "ld #len"],
  [extension(extProto), raw(0x20, 0xfffff000), "ld #proto"],
  [extension(extType), raw(0x20, 0xfffff004), "ld #type"],
  [extension(extInterfaceIndex), raw(0x20, 0xfffff008), "ld #ifidx"],
  [extension(extNetlinkAttr), raw(0x20, 0xfffff00c), "ld #nla"],
  [extension(extNetlinkAttrNested), raw(0x20, 0xfffff010), "ld #nlan"],
  [extension(extMark), raw(0x20, 0xfffff014), "ld #mark"],
  [extension(extQueue), raw(0x20, 0xfffff018), "ld #queue"],
  [extension(extLinkLayerType), raw(0x20, 0xfffff01c), "ld #hatype"],
  [extension(extRXHash), raw(0x20, 0xfffff020), "ld #rxhash"],
  [extension(extCPUID), raw(0x20, 0xfffff024), "ld #cpu"],
  [extension(extVLANTag), raw(0x20, 0xfffff02c), "ld #vlan_tci"],
  [extension(extVLANTagPresent), raw(0x20, 0xfffff030), "ld #vlan_avail"],
  [extension(extPayloadOffset), raw(0x20, 0xfffff034), "ld #poff"],
  [extension(extRand), raw(0x20, 0xfffff038), "ld #rand"],
  [extension(extVLANProto), raw(0x20, 0xfffff03c), "ld #vlan_tpid"],
  [alu(aluOpAdd), raw(0x04, 7), "add #7"],
  [alu(aluOpSub), raw(0x14, 7), "sub #7"],
  [alu(aluOpMul), raw(0x24, 7), "mul #7"],
  [alu(aluOpDiv), raw(0x34, 7), "div #7"],
  [alu(aluOpOr), raw(0x44, 7), "or #7"],
  [alu(aluOpAnd), raw(0x54, 7), "and #7"],
  [alu(aluOpShiftLeft), raw(0x64, 7), "lsh #7"],
  [alu(aluOpShiftRight), raw(0x74, 7), "rsh #7"],
  [alu(aluOpMod), raw(0x94, 7), "mod #7"],
  [alu(aluOpXor), raw(0xa4, 7), "xor #7"],
  [new ALUOpX({ op: aluOpXor }), raw(0xac), "xor x"],
  [new ALUOpX({ op: aluOpMod }), raw(0x9c), "mod x"],
  [new NegateA(), raw(0x84), "neg"],
  [new Jump({ skip: 0xffffffff }), raw(0x05, 0xffffffff), "ja 4294967295"],
  [jump(jumpEqual, 1, 2), raw(0x15, 0x20, 1, 2), "jeq #32,1,2"],
  [jump(jumpNotEqual, 3, 0), raw(0x15, 0x20, 0, 3), "jneq #32,3"],
  [jump(jumpGreaterThan, 1, 0), raw(0x25, 0x20, 1, 0), "jgt #32,1"],
  [jump(jumpLessOrEqual, 3, 0), raw(0x25, 0x20, 0, 3), "jle #32,3"],
  [jump(jumpGreaterOrEqual, 1, 2), raw(0x35, 0x20, 1, 2), "jge #32,1,2"],
  [jump(jumpLessThan, 3, 0), raw(0x35, 0x20, 0, 3), "jlt #32,3"],
  [jump(jumpBitsSet, 255, 254), raw(0x45, 0x20, 255, 254), "jset #32,255,254"],
  [jump(jumpBitsNotSet, 3, 0), raw(0x45, 0x20, 0, 3), "jset #32,0,3"],
  [jumpX(jumpEqual, 1, 2), raw(0x1d, 0, 1, 2), "jeq x,1,2"],
  [jumpX(jumpLessThan, 3, 0), raw(0x3d, 0, 0, 3), "jlt x,3"],
  [jumpX(jumpBitsSet, 1, 0), raw(0x4d, 0, 1, 0), "jset x,1"],
  [new TAX(), raw(0x07), "tax"],
  [new TXA(), raw(0x87), "txa"],
  [new RetA(), raw(0x16), "ret a"],
  [new RetConstant({ val: 42 }), raw(0x06, 42), "ret #42"],
];

describe("an instruction", () => {
  it.each(table.map(([ours, expected, text]) => ({ ours, expected, text })))(
    "$text is encoded, and found again",
    ({ ours, expected, text }) => {
      expect(ours.assemble()).toEqual(expected);
      expect(ours.toString()).toBe(text);
      expect(expected.disassemble()).toEqual(ours);
      expect(expected.disassemble().constructor).toBe(ours.constructor);
    },
  );

  it("is written by its opposite when it jumps otherwise only", () => {
    expect(disassemble([jump(jumpEqual, 0, 5).assemble()]).insts).toEqual([jump(jumpNotEqual, 5, 0)]);
    expect(jump(jumpNotEqual, 1, 2).assemble()).toEqual(raw(0x15, 0x20, 2, 1));
    expect(String(jump(jumpGreaterThan, 0, 5))).toBe("jle #32,5");
  });

  it("takes its skips for 0 when they are left out", () => {
    expect(new JumpIf({ cond: jumpEqual, val: 1 })).toMatchObject({ skipTrue: 0, skipFalse: 0 });
    expect(new JumpIfX({ cond: jumpEqual })).toMatchObject({ cond: 0, skipTrue: 0, skipFalse: 0 });
  });
});

describe("disassemble", () => {
  it("tells whether it knows all of it", () => {
    const program = assemble(table.map(([ours]) => ours));
    expect(disassemble(program)).toEqual({ insts: table.map(([ours]) => ours), allDecoded: true });
    const odd = [raw(0x06, 1), raw(0xffff, 2)];
    expect(disassemble(odd)).toEqual({ insts: [new RetConstant({ val: 1 }), odd[1]], allDecoded: false });
  });

  it.each([
    ["a width that there is not", raw(0x38, 1)],
    ["a load into X from the packet", raw(0x29, 12)],
    ["a slot beyond 15", raw(0x60, 16)],
    ["a store beyond 15", raw(0x02, 16)],
    ["a mode that there is not", raw(0xe0, 0)],
    ["arithmetic that there is not", raw(0xb4, 0)],
    ["a comparison that there is not", raw(0x55, 1, 1, 1)],
    ["a return of X", raw(0x0e)],
    ["bits above the operation", raw(0x0106, 1)],
    ["a return with skips", raw(0x06, 1, 2, 3)],
    ["an operand of what has none", raw(0x87, 1)],
    ["a number that stands for the length in another way", raw(0x20, 0xfffff001)],
  ])("leaves raw: %s", (_, instruction) => {
    expect(disassemble([instruction])).toEqual({ insts: [instruction], allDecoded: false });
    expect(instruction.disassemble()).toBe(instruction);
    expect(instruction.assemble()).toBe(instruction);
    expect(String(instruction)).toMatch(/^unknown instruction: bpf\.RawInstruction\{Op:0x[\da-f]+, Jt:/);
  });
});

describe("what makes no sense", () => {
  it.each<[string, () => unknown, string]>([
    [
      "a size of 3",
      () => assemble([new TAX(), new LoadAbsolute({ off: 0, size: 3 })]),
      "invalid load byte length 0",
    ],
    [
      "a slot of 16",
      () => assemble([new TAX(), new LoadScratch({ dst: regA, n: 16 })]),
      "invalid scratch slot 16",
    ],
    [
      "a slot of -1",
      () => assemble([new TAX(), new StoreScratch({ src: regA, n: -1 })]),
      "invalid scratch slot -1",
    ],
    [
      "a third register",
      () => assemble([new TAX(), new LoadConstant({ dst: 2, val: 0 })]),
      "invalid target register 2",
    ],
    [
      "a third source",
      () => assemble([new TAX(), new StoreScratch({ src: 2, n: 0 })]),
      "invalid source register 2",
    ],
    ["a ninth comparison", () => assemble([new TAX(), jumpX(8, 0, 0)]), "unknown JumpTest 8"],
  ])("%s is told with its place in the program", (_, use, message) => {
    expect(thrown(use)).toMatchObject({
      name: "ProgramError",
      code: "ERR_BPF",
      message: `assembling instruction 2: ${message}`,
    });
  });

  const TYPE = "ERR_INVALID_ARG_TYPE";
  const RANGE = "ERR_OUT_OF_RANGE";
  it.each<[string, () => unknown, string]>([
    ["no fields", () => new LoadAbsolute(undefined as never), TYPE],
    ["fields that are none", () => new RetConstant(null as never), TYPE],
    ["an offset below 0", () => new LoadAbsolute({ off: -1, size: 1 }), RANGE],
    ["an offset beyond 32 bits", () => new LoadIndirect({ off: 2 ** 32, size: 1 }), RANGE],
    ["half an offset", () => new LoadMemShift({ off: 0.5 }), RANGE],
    ["a size that is text", () => new LoadAbsolute({ off: 0, size: "4" as never }), TYPE],
    ["a constant beyond 32 bits", () => new RetConstant({ val: 2 ** 32 }), RANGE],
    ["a skip of 256", () => new JumpIf({ cond: jumpEqual, val: 0, skipTrue: 256 }), RANGE],
    ["a skip of -1", () => new JumpIfX({ cond: jumpEqual, skipFalse: -1 }), RANGE],
    ["a jump beyond 32 bits", () => new Jump({ skip: 2 ** 32 }), RANGE],
    ["an operation beyond 16 bits", () => new ALUOpX({ op: 0x10000 }), RANGE],
    ["a raw one without k", () => new RawInstruction({ op: 6, jt: 0, jf: 0 } as never), TYPE],
    ["a raw one beyond 8 bits", () => new RawInstruction({ op: 6, jt: 256, jf: 0, k: 0 }), RANGE],
    ["a program that is no array", () => assemble(new RetA() as never), TYPE],
    ["a program with a hole", () => assemble(Array(1)), TYPE],
    ["a program with something else in it", () => assemble([new RetA(), {} as never]), TYPE],
    ["a raw program of objects", () => disassemble([{ op: 6, jt: 0, jf: 0, k: 0 } as never]), TYPE],
    ["a raw program that is none", () => disassemble("ret" as never), TYPE],
  ])("%s", (_, use, code) => {
    expect(thrown(use)).toMatchObject({ code });
  });
});
