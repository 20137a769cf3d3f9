// Go: x/net/bpf
export { ALUOpConstant, ALUOpX, NegateA, RetA, RetConstant, TAX, TXA } from "./alu.js";
export { assemble, disassemble } from "./assemble.js";
export { attach, type Attachable, detach } from "./attach.js";
export * from "./constants.js";
export { Jump, JumpIf, JumpIfX } from "./jump.js";
export {
  LoadAbsolute,
  LoadConstant,
  LoadExtension,
  LoadIndirect,
  LoadMemShift,
  LoadScratch,
  StoreScratch,
} from "./load.js";
export { ProgramError } from "./program-error.js";
export { type Instruction, type RawFields, RawInstruction, type Setter } from "./raw-instruction.js";
export { VM } from "./vm.js";
