// Go: x/net/bpf/instructions.go (LoadConstant to StoreScratch)
import { checkFields } from "../addr/arguments.js";
import {
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
  regA,
  type Register,
  regX,
} from "./constants.js";
import * as code from "./opcodes.js";
import { ProgramError } from "./program-error.js";
import { hex, type Instruction, int, RawInstruction, uint16, uint32, unknown } from "./raw-instruction.js";

/** The class of a load into a register. */
const intoRegister = new Map([
  [regA, code.LD],
  [regX, code.LDX],
]);

/** Bytes, what says so in the operation, and in its text. */
export const widths = new Map<number, { bits: number; suffix: string }>([
  [4, { bits: code.W, suffix: "" }],
  [2, { bits: code.H, suffix: "h" }],
  [1, { bits: code.B, suffix: "b" }],
]);

function load(dst: Register, size: number, mode: number, k: number): RawInstruction {
  const [into, width] = [intoRegister.get(dst), widths.get(size)];
  if (into === undefined) throw new ProgramError(`invalid target register ${dst}`);
  // As in Go, which always tells of a length of 0.
  if (width === undefined) throw new ProgramError("invalid load byte length 0");
  return new RawInstruction({ op: into | width.bits | mode, jt: 0, jf: 0, k });
}

function checkSlot(n: number): number {
  if (n < 0 || n >= code.SLOTS) throw new ProgramError(`invalid scratch slot ${n}`);
  return n;
}

/** `ld` or `ldx`; undefined for a register that there is not. */
const mnemonic = (name: "ld" | "st", register: Register) =>
  new Map([
    [regA, name],
    [regX, `${name}x`],
  ]).get(register);

/** Register = constant. Go: bpf.LoadConstant. */
export class LoadConstant implements Instruction {
  /** The register. */
  readonly dst: Register;
  /** The constant: 32 bits. */
  readonly val: number;

  /** Throws a TypeError or a RangeError for a field that does not fit, as every instruction does. */
  constructor(fields: { dst: Register; val: number }) {
    const { dst, val } = checkFields(fields, "an object { dst, val }");
    this.dst = uint16("dst", dst);
    this.val = uint32("val", val);
  }

  /** Throws a ProgramError: `invalid target register N`. Go: LoadConstant.Assemble. */
  assemble(): RawInstruction {
    return load(this.dst, 4, code.IMM, this.val);
  }

  /** `ld #42`. Go: LoadConstant.String. */
  toString(): string {
    const name = mnemonic("ld", this.dst);
    if (name === undefined) return unknown("LoadConstant", { Dst: hex(this.dst), Val: hex(this.val) });
    return `${name} #${this.val}`;
  }
}

/** Register = M[n]. Go: bpf.LoadScratch. */
export class LoadScratch implements Instruction {
  /** The register. */
  readonly dst: Register;
  /** The slot: 0 to 15. */
  readonly n: number;

  constructor(fields: { dst: Register; n: number }) {
    const { dst, n } = checkFields(fields, "an object { dst, n }");
    this.dst = uint16("dst", dst);
    this.n = int("n", n);
  }

  /** Throws a ProgramError: `invalid scratch slot N`, `invalid target register N`. Go: LoadScratch.Assemble. */
  assemble(): RawInstruction {
    const slot = checkSlot(this.n);
    return load(this.dst, 4, code.MEM, slot);
  }

  /** `ld M[3]`. Go: LoadScratch.String. */
  toString(): string {
    const name = mnemonic("ld", this.dst);
    if (name === undefined) return unknown("LoadScratch", { Dst: hex(this.dst), N: this.n });
    return `${name} M[${this.n}]`;
  }
}

/** A = what the packet has at an offset, as a number in network order. Go: bpf.LoadAbsolute. */
export class LoadAbsolute implements Instruction {
  /** The offset: 32 bits. */
  readonly off: number;
  /** How many bytes: 1, 2 or 4. */
  readonly size: number;

  constructor(fields: { off: number; size: number }) {
    const { off, size } = checkFields(fields, "an object { off, size }");
    this.off = uint32("off", off);
    this.size = int("size", size);
  }

  /** Throws a ProgramError: `invalid load byte length 0`. Go: LoadAbsolute.Assemble. */
  assemble(): RawInstruction {
    return load(regA, this.size, code.ABS, this.off);
  }

  /** `ldh [12]`. Go: LoadAbsolute.String. */
  toString(): string {
    const width = widths.get(this.size);
    if (width === undefined) return unknown("LoadAbsolute", { Off: hex(this.off), Size: this.size });
    return `ld${width.suffix} [${this.off}]`;
  }
}

/** The same at X and an offset. Go: bpf.LoadIndirect. */
export class LoadIndirect implements Instruction {
  /** What is added to X: 32 bits. */
  readonly off: number;
  /** How many bytes: 1, 2 or 4. */
  readonly size: number;

  constructor(fields: { off: number; size: number }) {
    const { off, size } = checkFields(fields, "an object { off, size }");
    this.off = uint32("off", off);
    this.size = int("size", size);
  }

  /** Throws a ProgramError: `invalid load byte length 0`. Go: LoadIndirect.Assemble. */
  assemble(): RawInstruction {
    return load(regA, this.size, code.IND, this.off);
  }

  /** `ldh [x + 12]`. Go: LoadIndirect.String. */
  toString(): string {
    const width = widths.get(this.size);
    if (width === undefined) return unknown("LoadIndirect", { Off: hex(this.off), Size: this.size });
    return `ld${width.suffix} [x + ${this.off}]`;
  }
}

/** X = 4 * (the byte at an offset & 15): the length of the IPv4 header that begins there. Go: bpf.LoadMemShift. */
export class LoadMemShift implements Instruction {
  /** The offset: 32 bits. */
  readonly off: number;

  constructor(fields: { off: number }) {
    const { off } = checkFields(fields, "an object { off }");
    this.off = uint32("off", off);
  }

  /** Go: LoadMemShift.Assemble. */
  assemble(): RawInstruction {
    return load(regX, 1, code.MSH, this.off);
  }

  /** `ldx 4*([14]&0xf)`. Go: LoadMemShift.String. */
  toString(): string {
    return `ldx 4*([${this.off}]&0xf)`;
  }
}

const extensionNames = new Map<Extension, string>([
  [extLen, "len"],
  [extProto, "proto"],
  [extType, "type"],
  [extPayloadOffset, "poff"],
  [extInterfaceIndex, "ifidx"],
  [extNetlinkAttr, "nla"],
  [extNetlinkAttrNested, "nlan"],
  [extMark, "mark"],
  [extQueue, "queue"],
  [extLinkLayerType, "hatype"],
  [extRXHash, "rxhash"],
  [extCPUID, "cpu"],
  [extVLANTag, "vlan_tci"],
  [extVLANTagPresent, "vlan_avail"],
  [extVLANProto, "vlan_tpid"],
  [extRand, "rand"],
]);

/** A = what the kernel knows of the packet. Go: bpf.LoadExtension. */
export class LoadExtension implements Instruction {
  /** What of it. */
  readonly num: Extension;

  constructor(fields: { num: Extension }) {
    const { num } = checkFields(fields, "an object { num }");
    this.num = int("num", num);
  }

  /** Go: LoadExtension.Assemble. */
  assemble(): RawInstruction {
    if (this.num === extLen) return load(regA, 4, code.LEN, 0);
    return load(regA, 4, code.ABS, (code.EXTENSIONS + this.num) >>> 0);
  }

  /** `ld #len`. Go: LoadExtension.String. */
  toString(): string {
    const name = extensionNames.get(this.num);
    return name === undefined ? unknown("LoadExtension", { Num: this.num }) : `ld #${name}`;
  }
}

/** M[n] = register. Go: bpf.StoreScratch. */
export class StoreScratch implements Instruction {
  /** The register. */
  readonly src: Register;
  /** The slot: 0 to 15. */
  readonly n: number;

  constructor(fields: { src: Register; n: number }) {
    const { src, n } = checkFields(fields, "an object { src, n }");
    this.src = uint16("src", src);
    this.n = int("n", n);
  }

  /** Throws a ProgramError: `invalid scratch slot N`, `invalid source register N`. Go: StoreScratch.Assemble. */
  assemble(): RawInstruction {
    const k = checkSlot(this.n);
    if (mnemonic("st", this.src) === undefined) throw new ProgramError(`invalid source register ${this.src}`);
    return new RawInstruction({ op: this.src === regA ? code.ST : code.STX, jt: 0, jf: 0, k });
  }

  /** `st M[3]`. Go: StoreScratch.String. */
  toString(): string {
    const name = mnemonic("st", this.src);
    if (name === undefined) return unknown("StoreScratch", { Src: hex(this.src), N: this.n });
    return `${name} M[${this.n}]`;
  }
}
