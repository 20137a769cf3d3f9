// Go: x/net/bpf/constants.go

/** A register of the machine: {@link regA} or {@link regX}. Go: bpf.Register. */
export type Register = number;

/** The accumulator, which arithmetic and comparisons work on. Go: bpf.RegA. */
export const regA = 0;

/** The index, which indirect loads add. Go: bpf.RegX. */
export const regX = 1;

/** What arithmetic does, such as {@link aluOpAdd}. All of it is unsigned, in 32 bits. Go: bpf.ALUOp. */
export type ALUOp = number;

/** A += v. */
export const aluOpAdd = 0x00;

/** A -= v. */
export const aluOpSub = 0x10;

/** A *= v. */
export const aluOpMul = 0x20;

/** A /= v. */
export const aluOpDiv = 0x30;

/** A |= v. */
export const aluOpOr = 0x40;

/** A &= v. */
export const aluOpAnd = 0x50;

/** A <<= v. */
export const aluOpShiftLeft = 0x60;

/** A >>= v. */
export const aluOpShiftRight = 0x70;

/** A %= v. */
export const aluOpMod = 0x90;

/** A ^= v. */
export const aluOpXor = 0xa0;

/** How a jump compares A, such as {@link jumpEqual}. All of it is unsigned. Go: bpf.JumpTest. */
export type JumpTest = number;

/** A == v. */
export const jumpEqual = 0;

/** A != v. */
export const jumpNotEqual = 1;

/** A > v. */
export const jumpGreaterThan = 2;

/** A < v. */
export const jumpLessThan = 3;

/** A >= v. */
export const jumpGreaterOrEqual = 4;

/** A <= v. */
export const jumpLessOrEqual = 5;

/** (A & v) != 0. */
export const jumpBitsSet = 6;

/** (A & v) == 0. */
export const jumpBitsNotSet = 7;

/** What the kernel knows of a packet, such as {@link extLen}. Go: bpf.Extension. */
export type Extension = number;

/** How long the packet is. */
export const extLen = 1;

/** The protocol of its link layer. */
export const extProto = 0;

/** Its type: to this host, broadcast, outgoing, ... packet(7). */
export const extType = 4;

/** Where its payload begins. */
export const extPayloadOffset = 52;

/** The number of the interface it came by. */
export const extInterfaceIndex = 8;

/** The netlink attribute of type X, looked for from A on. */
export const extNetlinkAttr = 12;

/** The netlink attribute of type X within the one at A. */
export const extNetlinkAttrNested = 16;

/** Its mark. */
export const extMark = 20;

/** Its queue. */
export const extQueue = 24;

/** The type of its link layer. */
export const extLinkLayerType = 28;

/** The hash of its flow. */
export const extRXHash = 32;

/** The processor that the program runs on. */
export const extCPUID = 36;

/** Its VLAN tag. */
export const extVLANTag = 44;

/** Whether it has a VLAN tag. */
export const extVLANTagPresent = 48;

/** The protocol of its VLAN tag. */
export const extVLANProto = 60;

/** A random number. */
export const extRand = 56;
