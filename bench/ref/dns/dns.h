/* What both ends of the DNS trial know of messages (RFC 1035 section 4.1). */
#ifndef BENCH_DNS_H
#define BENCH_DNS_H

#include <stddef.h>
#include <stdint.h>

enum { HEADER = 12, ROOM = 1232, TYPE_A = 1, CLASS_IN = 1 };

void die(const char *what) __attribute__((noreturn));

void put16(uint8_t *at, unsigned value);
unsigned get16(const uint8_t *at);
/* Where the one question of a message ends; 0 where it has no such. */
size_t question_end(const uint8_t *message, size_t length);

/* stub: answers every question with an address, on a port that it prints, until stdin ends. */
void serve(void);
/* Asks port `port` for distinct names, 64 at a time, for `seconds` after each line on stdin; tells how many.
 */
void ask(int port, double seconds, int fresh);

#endif
