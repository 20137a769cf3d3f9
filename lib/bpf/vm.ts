// Go: x/net/bpf/vm.go, vm_instructions.go
import { checkBytes } from "../internal/poll/buffers.js";
import { ALUOpConstant, ALUOpX, RetA, RetConstant, TAX, TXA } from "./alu.js";
import { assemble, checkProgram } from "./assemble.js";
import { aluOpDiv, aluOpMod, extLen, regA } from "./constants.js";
import { Jump, JumpIf, JumpIfX } from "./jump.js";
import {
  LoadAbsolute,
  LoadConstant,
  LoadExtension,
  LoadIndirect,
  LoadMemShift,
  LoadScratch,
  StoreScratch,
} from "./load.js";
import { compute, holds, Machine } from "./machine.js";
import { ProgramError } from "./program-error.js";
import type { Instruction } from "./raw-instruction.js";

/**
 * Runs programs without a kernel, to try them out. It does as Go's: a shift by 32 or more gives 0, where a kernel takes
 * the lowest five bits of X; and an offset does not wrap around where X and a constant exceed 32 bits. Go: bpf.VM.
 */
export class VM {
  readonly #filter: readonly Instruction[];

  /**
   * Checks a program. Throws a ProgramError (`ERR_BPF`): it is empty, jumps beyond its end, divides by zero, asks for what
   * only a kernel knows, does not end by returning, or cannot be assembled; a TypeError (`ERR_INVALID_ARG_TYPE`) for what
   * is no array of instructions. What the VM has no step for is found out when it runs, as in Go. Go: bpf.NewVM.
   */
  constructor(filter: readonly Instruction[]) {
    const program = checkProgram(filter);
    if (program.length === 0) throw new ProgramError("one or more Instructions must be specified");
    program.forEach((instruction, i) => checkStep(instruction, program.length - i - 1));
    const last = program.at(-1);
    if (!(last instanceof RetA || last instanceof RetConstant))
      throw new ProgramError("BPF program must end with RetA or RetConstant");
    assemble(program);
    this.#filter = program;
  }

  /**
   * Runs the program on a packet: how many bytes of it to let in, which may be more than there are; 0 for none of it, also
   * where it loads beyond the end, or divides by an X of 0. Throws a ProgramError, `unknown Instruction at index N: ...`;
   * a TypeError (`ERR_INVALID_ARG_TYPE`) for what is no Uint8Array. Go: VM.Run.
   */
  run(packet: Uint8Array): number {
    checkBytes("packet", packet);
    const machine = new Machine(packet);
    // Jumps go forward, so this ends; and the last instruction returns.
    for (;;) {
      const index = machine.at++;
      const instruction = this.#filter[index]!;
      const { constructor } = instruction as { constructor?: { name: string } };
      const step = steps.get(constructor);
      if (step === undefined)
        throw new ProgramError(`unknown Instruction at index ${index}: bpf.${constructor?.name}`);
      const result = step(machine, instruction as never);
      if (result !== undefined) return result;
    }
  }
}

// Throws what is wrong with an instruction that so many follow.
function checkStep(instruction: Instruction, following: number): void {
  const checkJump = (skip: number, when: string) => {
    if (skip >= following)
      throw new ProgramError(`cannot jump ${skip} instructions${when}; jumping past program bounds`);
  };
  if (instruction instanceof Jump) checkJump(instruction.skip, "");
  if (instruction instanceof JumpIf || instruction instanceof JumpIfX) {
    checkJump(instruction.skipTrue, " in true case");
    checkJump(instruction.skipFalse, " in false case");
  }
  if (instruction instanceof ALUOpConstant && instruction.val === 0) {
    if (instruction.op === aluOpDiv || instruction.op === aluOpMod)
      throw new ProgramError("cannot divide by zero using ALUOpConstant");
  }
  if (instruction instanceof LoadExtension && instruction.num !== extLen)
    throw new ProgramError(`extension ${instruction.num} not implemented`);
}

/** What an instruction does to the machine. The result of the program ends it. */
type Step = (m: Machine, instruction: never) => number | undefined;

/** A = value, or the end when there is none. */
function intoA(m: Machine, value: number | null): number | undefined {
  if (value === null) return 0;
  m.a = value;
  return undefined;
}

function intoX(m: Machine, value: number | null): number | undefined {
  if (value === null) return 0;
  m.x = value;
  return undefined;
}

function pass(m: Machine, count: number): undefined {
  m.at += count;
}

const steps = new Map<unknown, Step>([
  [LoadConstant, (m, { dst, val }: LoadConstant) => (dst === regA ? intoA : intoX)(m, val)],
  [LoadScratch, (m, { dst, n }: LoadScratch) => (dst === regA ? intoA : intoX)(m, m.scratch[n]!)],
  [LoadAbsolute, (m, { off, size }: LoadAbsolute) => intoA(m, m.load(off, size))],
  [LoadIndirect, (m, { off, size }: LoadIndirect) => intoA(m, m.load(m.x + off, size))],
  [LoadMemShift, (m, { off }: LoadMemShift) => intoX(m, m.headerLength(off))],
  [LoadExtension, (m) => intoA(m, m.packet.length)],
  [
    StoreScratch,
    (m, { src, n }: StoreScratch) => {
      m.scratch[n] = src === regA ? m.a : m.x;
      return undefined;
    },
  ],
  [ALUOpConstant, (m, { op, val }: ALUOpConstant) => intoA(m, compute(op, m.a, val))],
  [ALUOpX, (m, { op }: ALUOpX) => intoA(m, compute(op, m.a, m.x))],
  [Jump, (m, jump: Jump) => pass(m, jump.skip)],
  [
    JumpIf,
    (m, { cond, val, skipTrue, skipFalse }: JumpIf) => pass(m, holds(cond, m.a, val) ? skipTrue : skipFalse),
  ],
  [
    JumpIfX,
    (m, { cond, skipTrue, skipFalse }: JumpIfX) => pass(m, holds(cond, m.a, m.x) ? skipTrue : skipFalse),
  ],
  [RetA, (m) => m.a],
  [RetConstant, (_, { val }: RetConstant) => val],
  [TAX, (m) => intoX(m, m.a)],
  [TXA, (m) => intoA(m, m.x)],
]);
