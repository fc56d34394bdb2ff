/* Arithmetic on LANES histories at once, the generator, and the laws of draws. A mask is -1 where it
   holds and 0 elsewhere. */

#ifndef SHOWDOWN_LANES_H
#define SHOWDOWN_LANES_H

#include <math.h>
#include <stdint.h>

#ifndef LANES
#define LANES 8
#endif

typedef float Floats __attribute__((vector_size(4 * LANES)));
typedef int32_t Ints __attribute__((vector_size(4 * LANES)));
typedef uint32_t Words __attribute__((vector_size(4 * LANES)));

static inline Floats blend(Ints mask, Floats yes, Floats no) {
  return (Floats)((mask & (Ints)yes) | (~mask & (Ints)no));
}

static inline Floats where(Ints mask, Floats yes) { return (Floats)(mask & (Ints)yes); }

static inline Floats larger(Floats a, Floats b) { return blend(a > b, a, b); }

static inline Floats all(float x) { return x - (Floats){0.0f}; }

static inline int any(Ints mask) {
  int found = 0;
  for (int l = 0; l < LANES; l++) found |= mask[l];
  return found;
}

static inline double sum(Floats x) {
  float total = 0.0f;
  for (int l = 0; l < LANES; l++) total += x[l];
  return total;
}

static inline int count(Ints mask) {
  int total = 0;
  for (int l = 0; l < LANES; l++) total -= mask[l];
  return total;
}

/* ln x for positive normal x, relative error about 1e-7: the exponent apart, then the polynomial
   of the Cephes library around 1. */
static inline Floats logarithm(Floats x) {
  const Ints shifted = (Ints)x - 0x3f3504f3;
  const Floats exponent = __builtin_convertvector(shifted >> 23, Floats);
  const Floats m = (Floats)((shifted & 0x007fffff) + 0x3f3504f3) - 1.0f;
  const Floats square = m * m;
  Floats p = 7.0376836292e-2f * m - 1.1514610310e-1f;
  p = p * m + 1.1676998740e-1f;
  p = p * m - 1.2420140846e-1f;
  p = p * m + 1.4249322787e-1f;
  p = p * m - 1.6668057665e-1f;
  p = p * m + 2.0000714765e-1f;
  p = p * m - 2.4999993993e-1f;
  p = p * m + 3.3333331174e-1f;
  return exponent * 0.69314718056f + (m + square * (m * p - 0.5f));
}

/* e^x, relative error about 1e-7; beyond e^80 either way it stays there. */
static inline Floats exponential(Floats x) {
  x = larger(x, all(-80.0f));
  x = -larger(-x, all(-80.0f));
  const Ints whole = (Ints)(x * 1.44269504089f + 12582912.0f) - 0x4B400000;
  const Floats power = __builtin_convertvector(whole, Floats);
  const Floats r = (x - power * 0.693359375f) + power * 2.12194440e-4f;
  Floats p = 1.9875691500e-4f * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  return p * (Floats)((whole + 127) << 23);
}

static inline Floats root(Floats x) {
  Floats y;
  for (int l = 0; l < LANES; l++) y[l] = sqrtf(x[l]);
  return y;
}

/* One call of the generator: counter (first, second) under a key becomes two random words. */
#define THREEFRY(key, first, second, turns)                                                        \
  do {                                                                                             \
    static const int rotation_[8] = {13, 15, 26, 6, 17, 29, 16, 24};                               \
    const uint32_t schedule_[3] = {(key)[0], (key)[1], (key)[0] ^ (key)[1] ^ 0x1BD11BDAu};         \
    (first) += schedule_[0];                                                                       \
    (second) += schedule_[1];                                                                      \
    _Pragma("GCC unroll 20") for (int turn_ = 0; turn_ < (turns); turn_++) {                       \
      (first) += (second);                                                                         \
      (second) = (second) << rotation_[turn_ % 8] | (second) >> (32 - rotation_[turn_ % 8]);       \
      (second) ^= (first);                                                                         \
      if (turn_ % 4 == 3) {                                                                        \
        (first) += schedule_[(turn_ / 4 + 1) % 3];                                                 \
        (second) += schedule_[(turn_ / 4 + 2) % 3] + (uint32_t)(turn_ / 4 + 1);                    \
      }                                                                                            \
    }                                                                                              \
  } while (0)

static inline Floats uniform(Words word) {
  return __builtin_convertvector((Ints)(word >> 9), Floats) * 0x1p-23f + 0x1p-24f;
}

static inline Floats gumbel(Words word) { return -logarithm(-logarithm(uniform(word))); }

/* Box and Muller: two words make two normals. Sine and cosine of a quarter of the angle, by the
   polynomials of the Cephes library, are doubled twice. */
static inline void normals(Words word1, Words word2, Floats *z1, Floats *z2) {
  const Floats radius = root(-2.0f * logarithm(uniform(word1)));
  const Floats a = (uniform(word2) - 0.5f) * 1.57079632679f;
  const Floats s = a * a;
  const Floats sine =
      a + a * s * (-1.6666654611e-1f + s * (8.3321608736e-3f - s * 1.9515295891e-4f));
  const Floats cosine =
      1.0f - 0.5f * s + s * s * (4.166664568e-2f + s * (-1.388731625e-3f + s * 2.443315711e-5f));
  const Floats sine2 = 2.0f * sine * cosine, cosine2 = 1.0f - 2.0f * sine * sine;
  *z1 = radius * 2.0f * sine2 * cosine2;
  *z2 = radius * (1.0f - 2.0f * sine2 * sine2);
}

#endif
