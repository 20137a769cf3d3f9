// Instructions of BPF, their texts, and what programs make of packets.

import { expect } from "vitest";
import * as bpf from "rawconn/bpf";
import { asGo } from "./as-go.js";

/** An instruction with Go's names: numbers in one table, names of constants in the other. */
type Fields = Record<string, string | number> & { ins: keyof typeof instructions };

const instructions = {
  ALUOpConstant: bpf.ALUOpConstant,
  ALUOpX: bpf.ALUOpX,
  Jump: bpf.Jump,
  JumpIf: bpf.JumpIf,
  JumpIfX: bpf.JumpIfX,
  LoadAbsolute: bpf.LoadAbsolute,
  LoadConstant: bpf.LoadConstant,
  LoadExtension: bpf.LoadExtension,
  LoadIndirect: bpf.LoadIndirect,
  LoadMemShift: bpf.LoadMemShift,
  LoadScratch: bpf.LoadScratch,
  NegateA: bpf.NegateA,
  RetA: bpf.RetA,
  RetConstant: bpf.RetConstant,
  StoreScratch: bpf.StoreScratch,
  TAX: bpf.TAX,
  TXA: bpf.TXA,
};

const prefixes: Record<string, string> = { Op: "aluOp", Cond: "jump", Dst: "reg", Src: "reg", Num: "ext" };

function valueOf(field: string, value: string | number): number {
  if (typeof value === "number") return value;
  return /^\d+$/.test(value) ? Number(value) : Reflect.get(bpf, `${prefixes[field]}${value}`);
}

/** `{ ins: "JumpIf", SkipTrue: 1 }` as one of ours. */
function made({ ins, ...fields }: Fields): bpf.Instruction {
  const ours = Object.entries(fields).map(([field, value]) => [
    field[0].toLowerCase() + field.slice(1),
    valueOf(field, value),
  ]);
  return Reflect.construct(instructions[ins], [Object.fromEntries(ours)]);
}

type Raw = [op: number, jt: number, jf: number, k: number];

const rawOf = ({ op, jt, jf, k }: bpf.RawInstruction): Raw => [op, jt, jf, k];

interface AsmRow {
  fn: string;
  instruction: Fields;
  raw: Raw | null;
  disassembled?: Fields;
  string: string;
  assembleError?: string | null;
}

function runAsm({ instruction, raw, disassembled, string, assembleError }: AsmRow): void {
  const ours = made(instruction);
  expect(String(ours)).toBe(string);
  if (raw === null) {
    expect(() => ours.assemble()).toThrow(
      expect.objectContaining({ message: assembleError, code: "ERR_BPF" }),
    );
    return;
  }
  const assembled = ours.assemble();
  expect(rawOf(assembled)).toEqual(raw);
  if (disassembled !== undefined) expect(assembled.disassemble()).toEqual(made(disassembled));
}

asGo<AsmRow>("bpf_asm", {
  nameOf: ({ fn, instruction }) => `${fn} ${JSON.stringify(instruction)}`,
  run: runAsm,
});

interface VMRow {
  name: string;
  program: Fields[];
  raw?: Raw[];
  packet?: string;
  return?: number;
  newVMError?: string;
}

function runVM({ program, raw, packet, return: result, newVMError }: VMRow): void {
  const filter = program.map(made);
  if (newVMError !== undefined) {
    expect(() => new bpf.VM(filter)).toThrow(
      expect.objectContaining({ message: newVMError, code: "ERR_BPF" }),
    );
    return;
  }
  expect(bpf.assemble(filter).map(rawOf)).toEqual(raw);
  expect(new bpf.VM(filter).run(Buffer.from(packet!, "hex"))).toBe(result);
}

asGo<VMRow>("bpf_vm", { nameOf: ({ name, packet }) => `${name} ${packet ?? ""}`, run: runVM });
