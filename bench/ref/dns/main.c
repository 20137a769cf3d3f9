/*
 *   dns stub
 *   dns dns | dns-fresh PORT SECONDS
 *
 * dns        as this library does: a socket for one question at a time, on a port of the kernel's choice,
 * connected; it goes at random, after 32 questions on average dns-fresh  a new socket for every question
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dns.h"

void die(const char *what) {
  perror(what);
  exit(1);
}

void put16(uint8_t *at, unsigned value) {
  at[0] = (uint8_t)(value >> 8);
  at[1] = (uint8_t)value;
}

unsigned get16(const uint8_t *at) { return (unsigned)at[0] << 8 | at[1]; }

size_t question_end(const uint8_t *message, size_t length) {
  if (length < HEADER || get16(message + 4) != 1) return 0;
  size_t at = HEADER;
  while (at < length && message[at] != 0) at += 1u + message[at];
  return at + 5 <= length ? at + 5 : 0;
}

int main(int argc, char **argv) {
  const char *mode = argc > 1 ? argv[1] : "";
  if (strcmp(mode, "stub") == 0) {
    serve();
  } else if (argc > 3 && strncmp(mode, "dns", 3) == 0) {
    ask(atoi(argv[2]), atof(argv[3]), strcmp(mode, "dns-fresh") == 0);
  } else {
    fputs("usage: dns stub | dns dns|dns-fresh PORT SECONDS\n", stderr);
    return 2;
  }
  return 0;
}
