// Go: x/net/bpf/asm.go
import { invalidArgType } from "../errors/index.js";
import { decode } from "./decode.js";
import { ProgramError } from "./program-error.js";
import { decodeWith, type Instruction, RawInstruction } from "./raw-instruction.js";

decodeWith(decode);

/**
 * A program as the kernel takes it. Throws a ProgramError (`ERR_BPF`), `assembling instruction N: ...`, counted from 1;
 * a TypeError (`ERR_INVALID_ARG_TYPE`) for what is no array of instructions. Go: bpf.Assemble.
 */
export function assemble(filter: readonly Instruction[]): RawInstruction[] {
  return checkProgram(filter).map((instruction, i) => {
    try {
      return instruction.assemble();
    } catch (error) {
      if (!(error instanceof ProgramError)) throw error;
      throw new ProgramError(`assembling instruction ${i + 1}: ${error.message}`);
    }
  });
}

/**
 * What a program means. An instruction stays raw when this library does not know it, or when it would lose bits that
 * mean nothing; `allDecoded` tells whether there was none. Throws a TypeError for what is no array of RawInstructions.
 * Go: bpf.Disassemble.
 */
export function disassemble(raw: readonly RawInstruction[]): { insts: Instruction[]; allDecoded: boolean } {
  if (!Array.isArray(raw)) throw invalidArgType("raw", "an array of RawInstructions", raw);
  const insts = Array.from(raw as unknown[], (instruction, i) => {
    if (!(instruction instanceof RawInstruction))
      throw invalidArgType(`raw[${i}]`, "a RawInstruction", instruction);
    return instruction.disassemble();
  });
  return { insts, allDecoded: !insts.some((instruction) => instruction instanceof RawInstruction) };
}

/** The instructions of a program in an array of its own, or the error that says what is none. */
export function checkProgram(filter: unknown): Instruction[] {
  if (!Array.isArray(filter)) throw invalidArgType("filter", "an array of instructions", filter);
  return Array.from(filter as unknown[], (instruction, i) => {
    if (typeof (instruction as Instruction | null | undefined)?.assemble === "function")
      return instruction as Instruction;
    throw invalidArgType(`filter[${i}]`, "an instruction", instruction);
  });
}
