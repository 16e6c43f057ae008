/* Vectors of draws, and elementary functions without branches: every processor and every browser computes the same bits.
   Relative error below 4e-16 for exp on +-708 and 1e-15 for log of normal numbers; arguments beyond are clipped. No C
   library is needed. */

#include <stdint.h>
#include <stddef.h>

#ifndef LANES
#define LANES 8 /* draws computed together: a row of the workspace */
#endif
/* VECTOR: draws in one register. */
#if defined(__AVX512F__)
#define VECTOR 8
#elif defined(__AVX__)
#define VECTOR 4
#else
#define VECTOR 2
#endif
#define PARTS (LANES / VECTOR)
#ifdef __wasm__
#define EXPORT(name) __attribute__((export_name(#name), visibility("default")))
#else
#define EXPORT(name) __attribute__((visibility("default")))
#endif
#define PART static __attribute__((noinline)) void
#define EACH_LANE for (int j = 0; j < LANES; j++)
#define EACH_PART(call) for (int j = 0; j < PARTS; j++) call

typedef double vec __attribute__((vector_size(8 * VECTOR)));
typedef int64_t whole __attribute__((vector_size(8 * VECTOR))); /* bits; all of them set where a comparison holds */
typedef uint64_t bits __attribute__((vector_size(8 * VECTOR)));

static inline vec all(double x) { return x - (vec){0}; }
static inline vec pick(whole is, vec a, vec b) { return (vec)((is & (whole)a) | (~is & (whole)b)); }
static inline vec least(vec a, vec b) { return pick((whole)(a < b), a, b); }
static inline vec most(vec a, vec b) { return pick((whole)(a > b), a, b); }
static inline vec vabs(vec x) { return (vec)((whole)x & 0x7FFFFFFFFFFFFFFFLL); }
static inline vec vsqrt(vec x) {
    for (int i = 0; i < VECTOR; i++) x[i] = __builtin_sqrt(x[i]);
    return x;
}

static const double ROUND = 6755399441055744.0; /* 1.5 * 2**52: adding it rounds to a whole number in the low bits */
static const double LN2_HIGH = 0.6931471803691238, LN2_LOW = 1.9082149292705877e-10;

/* exp(x): 2**n times the series of the rest, |rest| <= ln(2)/2. */
static inline vec vexp(vec x) {
    x = most(x, all(-708.0));
    x = least(x, all(708.0));
    const vec shifted = x * 1.4426950408889634 + ROUND, n = shifted - ROUND;
    const vec r = (x - n * LN2_HIGH) - n * LN2_LOW;
    const vec r2 = r * r, r4 = r2 * r2;
    const vec low = (0.5000000000000001 + 0.16666666666666674 * r) + (0.04166666666662398 + 0.008333333333322172 * r) * r2;
    const vec mid = (0.0013888888917285545 + 0.00019841269886699926 * r) +
                    (2.4801521185224727e-05 + 2.755724221351069e-06 * r) * r2;
    const vec top = 2.7620140796145187e-07 + 2.511009630403349e-08 * r;
    const vec p = 1.0 + (r + r2 * (low + (mid + top * r4) * r4));
    return p * (vec)(((bits)shifted << 52) + 0x3FF0000000000000ULL);
}

/* log(x) for x > 0: the exponent, and atanh's series of the mantissa near 1. */
static inline vec vlog(vec x) {
    const whole exponent = ((whole)x - 0x3FE6A09E00000000LL) >> 52;
    const vec m = (vec)((bits)x - ((bits)exponent << 52));
    const vec e = (vec)(exponent + 0x4338000000000000LL) - ROUND;
    const vec s = (m - 1.0) / (m + 1.0), q = s * s;
    const vec q2 = q * q;
    const vec low = (0.666666666666667 + 0.3999999999989789 * q) + (0.2857142862665148 + 0.2222221103173788 * q) * q2;
    const vec top = (0.18182896208463264 + 0.1533149773693304 * q) + 0.14619097332082595 * q2;
    const vec p = low + top * (q2 * q2);
    return e * LN2_HIGH + (2.0 * s + (s * q * p + e * LN2_LOW));
}

/* x**y for x > 0; a power of zero comes out below 1e-16. */
static inline vec vpow(vec x, vec y) { return vexp(y * vlog(most(x, all(1e-300)))); }
static inline vec vtanh(vec x) { return 1.0 - 2.0 / (vexp(2.0 * x) + 1.0); }
