// Go: x/net/bpf/instructions.go (ALUOpConstant, ALUOpX, NegateA, TAX, TXA)
import { checkFields } from "../addr/arguments.js";
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
} from "./constants.js";
import * as code from "./opcodes.js";
import { hex, type Instruction, RawInstruction, uint16, uint32, unknown } from "./raw-instruction.js";

/** What arithmetic is called. */
export const aluNames = new Map<ALUOp, string>([
  [aluOpAdd, "add"],
  [aluOpSub, "sub"],
  [aluOpMul, "mul"],
  [aluOpDiv, "div"],
  [aluOpOr, "or"],
  [aluOpAnd, "and"],
  [aluOpShiftLeft, "lsh"],
  [aluOpShiftRight, "rsh"],
  [aluOpMod, "mod"],
  [aluOpXor, "xor"],
]);

const plain = (op: number, k = 0) => new RawInstruction({ op, jt: 0, jf: 0, k });

/** A = A op constant. Go: bpf.ALUOpConstant. */
export class ALUOpConstant implements Instruction {
  /** What is done. */
  readonly op: ALUOp;
  /** The constant: 32 bits. */
  readonly val: number;

  /** Throws a TypeError or a RangeError for a field that does not fit, as every instruction does. */
  constructor(fields: { op: ALUOp; val: number }) {
    const { op, val } = checkFields(fields, "an object { op, val }");
    this.op = uint16("op", op);
    this.val = uint32("val", val);
  }

  /** Takes any `op`, as Go does; the kernel does not. Go: ALUOpConstant.Assemble. */
  assemble(): RawInstruction {
    return plain(code.ALU | code.K | this.op, this.val);
  }

  /** `add #10`. Go: ALUOpConstant.String. */
  toString(): string {
    const name = aluNames.get(this.op);
    if (name === undefined) return unknown("ALUOpConstant", { Op: hex(this.op), Val: hex(this.val) });
    return `${name} #${this.val}`;
  }
}

/** A = A op X. Go: bpf.ALUOpX. */
export class ALUOpX implements Instruction {
  /** What is done. */
  readonly op: ALUOp;

  constructor(fields: { op: ALUOp }) {
    const { op } = checkFields(fields, "an object { op }");
    this.op = uint16("op", op);
  }

  /** Takes any `op`, as Go does; the kernel does not. Go: ALUOpX.Assemble. */
  assemble(): RawInstruction {
    return plain(code.ALU | code.X | this.op);
  }

  /** `add x`. Go: ALUOpX.String. */
  toString(): string {
    const name = aluNames.get(this.op);
    return name === undefined ? unknown("ALUOpX", { Op: hex(this.op) }) : `${name} x`;
  }
}

/** A = -A. The kernel knows it; the VM does not, as in Go. Go: bpf.NegateA. */
export class NegateA implements Instruction {
  /** Go: NegateA.Assemble. */
  assemble(): RawInstruction {
    return plain(code.ALU | code.NEG);
  }

  /** `neg`. Go: NegateA.String. */
  toString(): string {
    return "neg";
  }
}

/** X = A. Go: bpf.TAX. */
export class TAX implements Instruction {
  /** Go: TAX.Assemble. */
  assemble(): RawInstruction {
    return plain(code.MISC | code.TAX);
  }

  /** `tax`. Go: TAX.String. */
  toString(): string {
    return "tax";
  }
}

/** A = X. Go: bpf.TXA. */
export class TXA implements Instruction {
  /** Go: TXA.Assemble. */
  assemble(): RawInstruction {
    return plain(code.MISC | code.TXA);
  }

  /** `txa`. Go: TXA.String. */
  toString(): string {
    return "txa";
  }
}

/** Lets so many bytes of the packet in as A says; none when it is 0. Go: bpf.RetA. */
export class RetA implements Instruction {
  /** Go: RetA.Assemble. */
  assemble(): RawInstruction {
    return plain(code.RET | code.RET_A);
  }

  /** `ret a`. Go: RetA.String. */
  toString(): string {
    return "ret a";
  }
}

/** Lets so many bytes of the packet in; none when it is 0. Go: bpf.RetConstant. */
export class RetConstant implements Instruction {
  /** How many bytes: 32 bits, and more than there are is all of them. */
  readonly val: number;

  constructor(fields: { val: number }) {
    const { val } = checkFields(fields, "an object { val }");
    this.val = uint32("val", val);
  }

  /** Go: RetConstant.Assemble. */
  assemble(): RawInstruction {
    return plain(code.RET, this.val);
  }

  /** `ret #42`. Go: RetConstant.String. */
  toString(): string {
    return `ret #${this.val}`;
  }
}
