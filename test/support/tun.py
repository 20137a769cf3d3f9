# Opens a TUN device for each name, then becomes the program behind `--`, with the numbers of their descriptors as its
# last arguments: an ioctl is more than Node can do by itself.
#
#     python3 tun.py NAME ... -- PROGRAM ARGUMENTS ...

import fcntl
import os
import struct
import sys

TUNSETIFF = 0x400454CA
IFF_TUN = 1
IFF_NO_PI = 0x1000

end = sys.argv.index("--")
fds = []
for name in sys.argv[1:end]:
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    os.set_inheritable(fd, True)
    fds.append(str(fd))
program = sys.argv[end + 1 :]
os.execvp(program[0], program + fds)
