// Go: x/net/bpf/instructions.go (Instruction, RawInstruction), setter.go
import { checkFields } from "../addr/arguments.js";
import { checkInt } from "../errors/index.js";

/** One step of a program. Go: bpf.Instruction. */
export interface Instruction {
  /** As the kernel takes it. Throws a ProgramError (`ERR_BPF`) when there is no such instruction. Go: Instruction.Assemble. */
  assemble(): RawInstruction;
  /** As tcpdump and bpfc write it: `ldh [12]`. */
  toString(): string;
}

/** What takes programs, to let in only what they accept. Go: bpf.Setter. */
export interface Setter {
  /** Attaches a program that was assembled. Go: Setter.SetBPF. */
  setBPF(filter: readonly RawInstruction[]): void;
}

/** The fields of a {@link RawInstruction}; `attachFilter` of `rawconn/syscall` takes such objects too. */
export interface RawFields {
  op: number;
  jt: number;
  jf: number;
  k: number;
}

/** What finds the meaning of a raw instruction. */
let decoder: (raw: RawInstruction) => Instruction;

/** Hands that in: instructions are assembled to raw ones, so those cannot import them. */
export function decodeWith(decode: (raw: RawInstruction) => Instruction): void {
  decoder = decode;
}

/** An instruction as the kernel takes it. Go: bpf.RawInstruction; `struct sock_filter` of linux/filter.h. */
export class RawInstruction implements Instruction {
  /** What to do: 16 bits. */
  readonly op: number;
  /** How many instructions to skip when a jump's condition holds: 8 bits. */
  readonly jt: number;
  /** And when it does not. */
  readonly jf: number;
  /** The operand: 32 bits. */
  readonly k: number;

  /** Throws a TypeError or a RangeError for a field that does not fit. */
  constructor(fields: RawFields) {
    const { op, jt, jf, k } = checkFields(fields, "an object { op, jt, jf, k }");
    this.op = uint16("op", op);
    this.jt = uint8("jt", jt);
    this.jf = uint8("jf", jf);
    this.k = uint32("k", k);
  }

  /** Itself. Go: RawInstruction.Assemble. */
  assemble(): RawInstruction {
    return this;
  }

  /** What it means; itself when that is nothing this library knows. Go: RawInstruction.Disassemble. */
  disassemble(): Instruction {
    return decoder(this);
  }

  /** Its fields, as Go shows them. */
  toString(): string {
    const { op, jt, jf, k } = this;
    return unknown("RawInstruction", { Op: hex(op), Jt: hex(jt), Jf: hex(jf), K: hex(k) });
  }
}

export const uint8 = (name: string, value: unknown) => checkInt(name, value, 0, 0xff);
export const uint16 = (name: string, value: unknown) => checkInt(name, value, 0, 0xffff);
export const uint32 = (name: string, value: unknown) => checkInt(name, value, 0, 0xffffffff);
/** Any number that Go's int could be: what makes sense is found out when it is assembled. */
export const int = (name: string, value: unknown) =>
  checkInt(name, value, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);

export const hex = (value: number) => `0x${value.toString(16)}`;

/** The text of an instruction that there is not. */
export function unknown(type: string, fields: Record<string, string | number>): string {
  const told = Object.entries(fields).map(([name, value]) => `${name}:${value}`);
  return `unknown instruction: bpf.${type}{${told.join(", ")}}`;
}
