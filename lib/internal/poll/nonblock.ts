// fcntl(2)
import { SyscallError } from "../../errors/index.js";
import { binding, constant } from "../binding.js";

const F_GETFL = constant("F_GETFL");
const F_SETFL = constant("F_SETFL");
const O_NONBLOCK = constant("O_NONBLOCK");

/** Has no call of this descriptor wait inside the kernel. Whoever shares it has the same flags. Throws a SyscallError. */
export function setNonblock(fd: number): void {
  const flags = binding.fcntl(fd, F_GETFL, 0);
  if ((flags & O_NONBLOCK) !== 0) return;
  const result = binding.fcntl(fd, F_SETFL, flags | O_NONBLOCK);
  if (result < 0) throw new SyscallError("setnonblock", result);
}
