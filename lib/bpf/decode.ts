// Go: x/net/bpf/instructions.go (RawInstruction.Disassemble)
import { ALUOpConstant, ALUOpX, aluNames, NegateA, RetA, RetConstant, TAX, TXA } from "./alu.js";
import { extLen, regA, regX } from "./constants.js";
import { comparisons, Jump, JumpIf, JumpIfX } from "./jump.js";
import {
  LoadAbsolute,
  LoadConstant,
  LoadExtension,
  LoadIndirect,
  LoadMemShift,
  LoadScratch,
  StoreScratch,
  widths,
} from "./load.js";
import * as code from "./opcodes.js";
import type { Instruction, RawInstruction } from "./raw-instruction.js";

/** What a raw instruction means; itself when it cannot be told, or would not be told whole. */
export function decode(raw: RawInstruction): Instruction {
  const found = meaning(raw);
  return found !== null && isSame(found.assemble(), raw) ? found : raw;
}

// Some bits are without meaning, and two ways to write a load come to the same: nothing of it is to be lost.
function isSame(a: RawInstruction, b: RawInstruction): boolean {
  return a.op === b.op && a.jt === b.jt && a.jf === b.jf && a.k === b.k;
}

/** What it may mean. */
function meaning(raw: RawInstruction): Instruction | null {
  const { op, k } = raw;
  switch (op & code.CLASS) {
    case code.LD:
    case code.LDX:
      return loadIn(op, k);
    case code.ST:
      return k < code.SLOTS ? new StoreScratch({ src: regA, n: k }) : null;
    case code.STX:
      return k < code.SLOTS ? new StoreScratch({ src: regX, n: k }) : null;
    case code.ALU:
      return arithmeticIn(op, k);
    case code.JMP:
      return jumpIn(raw);
    case code.RET:
      return op & code.RET_A ? new RetA() : new RetConstant({ val: k });
    default:
      return op & code.TXA ? new TXA() : new TAX();
  }
}

function loadIn(op: number, k: number): Instruction | null {
  const dst = op & code.LDX ? regX : regA;
  switch (op & code.MODE) {
    case code.IMM:
      return new LoadConstant({ dst, val: k });
    case code.MEM:
      return k < code.SLOTS ? new LoadScratch({ dst, n: k }) : null;
    case code.ABS:
      return k >= code.EXTENSIONS ? new LoadExtension({ num: k - code.EXTENSIONS }) : at(LoadAbsolute, op, k);
    case code.IND:
      return at(LoadIndirect, op, k);
    case code.LEN:
      return new LoadExtension({ num: extLen });
    case code.MSH:
      return new LoadMemShift({ off: k });
    default:
      return null;
  }
}

function at(Load: typeof LoadAbsolute | typeof LoadIndirect, op: number, off: number): Instruction | null {
  for (const [size, { bits }] of widths) if ((op & code.WIDTH) === bits) return new Load({ off, size });
  return null;
}

function arithmeticIn(bits: number, val: number): Instruction | null {
  const op = bits & code.OPERATOR;
  if (op === code.NEG) return new NegateA();
  if (!aluNames.has(op)) return null;
  return bits & code.X ? new ALUOpX({ op }) : new ALUOpConstant({ op, val });
}

function jumpIn({ op, jt, jf, k }: RawInstruction): Instruction | null {
  const operator = op & code.OPERATOR;
  if (operator === code.JA) return new Jump({ skip: k });
  const comparison = comparisons.find(({ bits }) => bits === operator);
  if (comparison === undefined) return null;
  // What jumps only when it is not so was written by the opposite.
  const skips =
    jt === 0
      ? { cond: comparison.opposite, skipTrue: jf, skipFalse: 0 }
      : { cond: comparison.test, skipTrue: jt, skipFalse: jf };
  return op & code.X ? new JumpIfX(skips) : new JumpIf({ ...skips, val: k });
}
