// linux/filter.h, bpf(4): what the bits of an operation say

// The class, in the lowest three bits.
export const LD = 0x00;
export const LDX = 0x01;
export const ST = 0x02;
export const STX = 0x03;
export const ALU = 0x04;
export const JMP = 0x05;
export const RET = 0x06;
export const MISC = 0x07;
export const CLASS = 0x07;

// How much is loaded: a word of four bytes, half of it, a byte.
export const W = 0x00;
export const H = 0x08;
export const B = 0x10;
export const WIDTH = 0x18;

// From where.
export const IMM = 0x00;
export const ABS = 0x20;
export const IND = 0x40;
export const MEM = 0x60;
export const LEN = 0x80;
export const MSH = 0xa0;
export const MODE = 0xe0;

// Arithmetic and jumps: with the constant k, or with X.
export const K = 0x00;
export const X = 0x08;
export const OPERATOR = 0xf0;
export const NEG = 0x80;

export const JA = 0x00;
export const JEQ = 0x10;
export const JGT = 0x20;
export const JGE = 0x30;
export const JSET = 0x40;

// What is returned: k, or A.
export const RET_A = 0x10;

export const TAX = 0x00;
export const TXA = 0x80;

/** Where the kernel's own values begin among the offsets: SKF_AD_OFF, -0x1000. */
export const EXTENSIONS = 0xfffff000;

/** Slots of scratch memory. */
export const SLOTS = 16;
