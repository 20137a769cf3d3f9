// Go: x/net/bpf/instructions.go (Jump, JumpIf, JumpIfX)
import { checkFields } from "../addr/arguments.js";
import {
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
import * as code from "./opcodes.js";
import { ProgramError } from "./program-error.js";
import { hex, type Instruction, RawInstruction, uint16, uint32, uint8 } from "./raw-instruction.js";

/** A comparison that the machine has, and the one that holds where it does not. */
export interface Comparison {
  bits: number;
  test: JumpTest;
  name: string;
  opposite: JumpTest;
  oppositeName: string;
}

/** The machine has four; the rest are these with their ways swapped. */
export const comparisons: readonly Comparison[] = [
  { bits: code.JEQ, test: jumpEqual, name: "jeq", opposite: jumpNotEqual, oppositeName: "jneq" },
  { bits: code.JGT, test: jumpGreaterThan, name: "jgt", opposite: jumpLessOrEqual, oppositeName: "jle" },
  { bits: code.JGE, test: jumpGreaterOrEqual, name: "jge", opposite: jumpLessThan, oppositeName: "jlt" },
  // Its opposite has no name of its own.
  { bits: code.JSET, test: jumpBitsSet, name: "jset", opposite: jumpBitsNotSet, oppositeName: "" },
];

interface Skips {
  cond: JumpTest;
  skipTrue: number;
  skipFalse: number;
}

const comparisonOf = (cond: JumpTest) =>
  comparisons.find(({ test, opposite }) => cond === test || cond === opposite);

function assembleJump({ cond, skipTrue, skipFalse }: Skips, operand: number, k: number): RawInstruction {
  const comparison = comparisonOf(cond);
  if (comparison === undefined) throw new ProgramError(`unknown JumpTest ${cond}`);
  const [jt, jf] = cond === comparison.test ? [skipTrue, skipFalse] : [skipFalse, skipTrue];
  return new RawInstruction({ op: code.JMP | comparison.bits | operand, jt, jf, k });
}

function jumpText({ cond, skipTrue, skipFalse }: Skips, operand: string): string {
  const comparison = comparisonOf(cond);
  if (comparison === undefined) return `unknown JumpTest ${hex(cond)}`;
  const { test, name, oppositeName } = comparison;
  if (oppositeName === "") {
    const [yes, no] = cond === test ? [skipTrue, skipFalse] : [skipFalse, skipTrue];
    return no > 0 ? `${name} ${operand},${yes},${no}` : `${name} ${operand},${yes}`;
  }
  // As in Go, a jump by an opposite does not tell where it goes otherwise.
  if (cond !== test) return `${oppositeName} ${operand},${skipTrue}`;
  if (skipTrue === 0) return `${oppositeName} ${operand},${skipFalse}`;
  return skipFalse > 0 ? `${name} ${operand},${skipTrue},${skipFalse}` : `${name} ${operand},${skipTrue}`;
}

/** Skips instructions. Go: bpf.Jump. */
export class Jump implements Instruction {
  /** How many: 32 bits. */
  readonly skip: number;

  /** Throws a TypeError or a RangeError for a field that does not fit, as every instruction does. */
  constructor(fields: { skip: number }) {
    const { skip } = checkFields(fields, "an object { skip }");
    this.skip = uint32("skip", skip);
  }

  /** Go: Jump.Assemble. */
  assemble(): RawInstruction {
    return new RawInstruction({ op: code.JMP | code.JA, jt: 0, jf: 0, k: this.skip });
  }

  /** `ja 10`. Go: Jump.String. */
  toString(): string {
    return `ja ${this.skip}`;
  }
}

/** Skips instructions depending on how A compares to a constant. Go: bpf.JumpIf. */
export class JumpIf implements Instruction {
  /** How it is compared. */
  readonly cond: JumpTest;
  /** The constant: 32 bits. */
  readonly val: number;
  /** How many instructions to skip when it is so: 8 bits. */
  readonly skipTrue: number;
  /** And when it is not. */
  readonly skipFalse: number;

  constructor(fields: { cond: JumpTest; val: number; skipTrue?: number; skipFalse?: number }) {
    const { cond, val, skipTrue = 0, skipFalse = 0 } = checkFields(fields, "an object { cond, val, ... }");
    this.cond = uint16("cond", cond);
    this.val = uint32("val", val);
    this.skipTrue = uint8("skipTrue", skipTrue);
    this.skipFalse = uint8("skipFalse", skipFalse);
  }

  /** Throws a ProgramError: `unknown JumpTest N`. Go: JumpIf.Assemble. */
  assemble(): RawInstruction {
    return assembleJump(this, code.K, this.val);
  }

  /** `jeq #42,8,9`. Go: JumpIf.String. */
  toString(): string {
    return jumpText(this, `#${this.val}`);
  }
}

/** Skips instructions depending on how A compares to X. Go: bpf.JumpIfX. */
export class JumpIfX implements Instruction {
  /** How it is compared. */
  readonly cond: JumpTest;
  /** How many instructions to skip when it is so: 8 bits. */
  readonly skipTrue: number;
  /** And when it is not. */
  readonly skipFalse: number;

  constructor(fields: { cond: JumpTest; skipTrue?: number; skipFalse?: number }) {
    const { cond, skipTrue = 0, skipFalse = 0 } = checkFields(fields, "an object { cond, ... }");
    this.cond = uint16("cond", cond);
    this.skipTrue = uint8("skipTrue", skipTrue);
    this.skipFalse = uint8("skipFalse", skipFalse);
  }

  /** Throws a ProgramError: `unknown JumpTest N`. Go: JumpIfX.Assemble. */
  assemble(): RawInstruction {
    return assembleJump(this, code.X, 0);
  }

  /** `jeq x,8,9`. Go: JumpIfX.String. */
  toString(): string {
    return jumpText(this, "x");
  }
}
