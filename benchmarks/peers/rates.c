/* How fast this machine is at what a showdown is made of: one core, numbers in the first cache, the
   building blocks of showdown_lanes.h; and how fast all cores read and write memory.

   gcc -O3 -march=native -ffast-math -fopenmp rates.c -o rates -lm
   rates THREADS
   One line of JSON on stdout: operations a second of one core, bytes a second of all. */

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

#include "showdown_lanes.h"

#define WIDE 64 /* vectors that are worked on in turn, to keep every unit busy */
#define TURNS 10000
#define RUNS 20
#define LONG (1 << 25)

static Floats floats[WIDE];
static Words words[WIDE];
static const uint32_t key[2] = {0x12345678u, 0x9abcdef0u};

/* Time an operation on every lane; the least of some runs. */
#define RATE(name, operation)                                                                      \
  static double name(void) {                                                                       \
    double least = 1e9;                                                                            \
    for (int run = 0; run < RUNS; run++) {                                                            \
      for (int i = 0; i < WIDE; i++) {                                                             \
        floats[i] = all(0.5f + 0.001f * (float)i);                                                 \
        words[i] = (Words)(Ints)floats[i];                                                         \
      }                                                                                            \
      const double start = omp_get_wtime();                                                        \
      for (int turn = 0; turn < TURNS; turn++) {                                                   \
        for (int i = 0; i < WIDE; i++) {                                                           \
          operation;                                                                               \
        }                                                                                          \
        __asm__ volatile("" ::: "memory");                                                         \
      }                                                                                            \
      const double seconds = omp_get_wtime() - start;                                              \
      if (seconds < least) least = seconds;                                                        \
    }                                                                                              \
    return (double)TURNS * WIDE * LANES / least;                                                   \
  }

/* Eight multiply-adds on numbers held in a register, so that loads and stores do not count. */
static inline Floats eight(Floats x) {
  for (int i = 0; i < 8; i++) x = x * 0.999f + 0.001f;
  return x;
}

static inline Words eight_words(Words x) {
  for (int i = 0; i < 4; i++) x = (x + 0x9E3779B9u) ^ 0x7F4A7C15u;
  return x;
}

static inline Floats both_gumbels(Words from) {
  Words first = {0}, second = from;
  THREEFRY(key, first, second, 13);
  return gumbel(first) + gumbel(second);
}

static inline Floats both_normals(Words from) {
  Words first = {0}, second = from;
  Floats z1, z2;
  THREEFRY(key, first, second, 13);
  normals(first, second, &z1, &z2);
  return z1 + z2;
}

RATE(multiply_adds, floats[i] = eight(floats[i]))
RATE(whole_numbers, words[i] = eight_words(words[i]))
RATE(logarithms, floats[i] = logarithm(floats[i]) + 1.5f)
RATE(exponentials, floats[i] = exponential(floats[i]) - 1.0f)
RATE(divisions, floats[i] = 1.0f / (floats[i] + 0.5f))
RATE(gumbel_pairs, floats[i] = both_gumbels(words[i]))
RATE(normal_pairs, floats[i] = both_normals(words[i]))

/* Two arrays read and one written, by all cores. */
static double triad(int threads) {
  float *a = malloc(LONG * sizeof *a), *b = malloc(LONG * sizeof *b), *c = malloc(LONG * sizeof *c);
  double least = 1e9;
  omp_set_num_threads(threads);
#pragma omp parallel for
  for (long i = 0; i < LONG; i++) a[i] = 0.0f, b[i] = 1.0f, c[i] = 2.0f;
  for (int run = 0; run < RUNS; run++) {
    const double start = omp_get_wtime();
#pragma omp parallel for
    for (long i = 0; i < LONG; i++) a[i] = b[i] + 0.5f * c[i];
    const double seconds = omp_get_wtime() - start;
    if (seconds < least) least = seconds;
  }
  const double checked = a[LONG / 2];
  free(a), free(b), free(c);
  return checked > 0.0 ? 3.0 * LONG * sizeof *a / least : 0.0;
}

int main(int arguments, char **argument) {
  if (arguments != 2) {
    fprintf(stderr, "usage: %s THREADS\n", argument[0]);
    return 2;
  }
  printf("{\"multiply_adds\": %.6g, \"whole_numbers\": %.6g, \"logarithms\": %.6g, ",
         8 * multiply_adds(), 8 * whole_numbers(), logarithms());
  printf("\"exponentials\": %.6g, \"divisions\": %.6g, \"gumbels\": %.6g, \"normals\": %.6g, ",
         exponentials(), divisions(), 2 * gumbel_pairs(), 2 * normal_pairs());
  printf("\"bytes\": %.6g}\n", triad(atoi(argument[1])));
  return 0;
}
