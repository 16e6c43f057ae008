/* Stratified draws keyed by name: the arithmetic of streams.py and distributions.py, number by number.

   keys       [name][7], little-endian 64-bit words
   kinds      [name]: 0 fixed, 1 uniform, 2 triangular, 3 normal, 4 lognormal, 5 logitnormal
   ends       [name][3]: low, mid, high as the parameter states them
   out        [name][draw], draws `first` to `first + count` of `draws` */

static const double Z95 = 1.6448536269514722;

static double sexp(double x) { return vexp(all(x))[0]; }
static double slog(double x) { return vlog(all(x))[0]; }


/* The standard normal's quantile: algorithm AS 241 (Wichura 1988), relative error below 1e-15. */
static double normal_quantile(double u) {
    const double q = u - 0.5;
    double r, top, under;
    if (q <= 0.425 && q >= -0.425) {
        r = 0.180625 - q * q;
        top = 2509.0809287301226727 * r + 33430.575583588128105;
        top = (top * r + 67265.770927008700853) * r + 45921.953931549871457;
        top = (top * r + 13731.693765509461125) * r + 1971.5909503065514427;
        top = (top * r + 133.14166789178437745) * r + 3.387132872796366608;
        under = 5226.495278852545925 * r + 28729.085735721942674;
        under = (under * r + 39307.89580009271061) * r + 21213.794301586595867;
        under = (under * r + 5394.1960214247511077) * r + 687.1870074920579083;
        under = (under * r + 42.313330701600911252) * r + 1.0;
        return q * top / under;
    }
    r = __builtin_sqrt(-slog(u < 1.0 - u ? u : 1.0 - u));
    if (r <= 5.0) {
        r -= 1.6;
        top = 7.7454501427834140764e-4 * r + 0.0227238449892691845833;
        top = (top * r + 0.24178072517745061177) * r + 1.27045825245236838258;
        top = (top * r + 3.64784832476320460504) * r + 5.7694972214606914055;
        top = (top * r + 4.6303378461565452959) * r + 1.42343711074968357734;
        under = 1.05075007164441684324e-9 * r + 5.475938084995344946e-4;
        under = (under * r + 0.0151986665636164571966) * r + 0.14810397642748007459;
        under = (under * r + 0.68976733498510000455) * r + 1.6763848301838038494;
        under = (under * r + 2.05319162663775882187) * r + 1.0;
    } else {
        r -= 5.0;
        top = 2.01033439929228813265e-7 * r + 2.71155556874348757815e-5;
        top = (top * r + 0.0012426609473880784386) * r + 0.026532189526576123093;
        top = (top * r + 0.29656057182850489123) * r + 1.7848265399172913358;
        top = (top * r + 5.4637849111641143699) * r + 6.6579046435011037772;
        under = 2.04426310338993978564e-15 * r + 1.4215117583164458887e-7;
        under = (under * r + 1.8463183175100546818e-5) * r + 7.868691311456132591e-4;
        under = (under * r + 0.0148753612908506148525) * r + 0.13692988092273580531;
        under = (under * r + 0.59983220655588793769) * r + 1.0;
    }
    return q > 0 ? top / under : -top / under;
}

/* A number in (0, 1) of draw `index`: its place in a keyed permutation of the strata, and a jitter inside it. */
static double stratum(const uint64_t *key, uint64_t index, uint64_t draws, int bits) {
    const uint64_t mask = ((uint64_t)1 << bits) - 1;
    const int shift = bits / 2 + 1;
    uint64_t z = (index + 1) * 0x9E3779B97F4A7C15ULL + key[6];
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    z = z ^ (z >> 31);
    uint64_t x = index;
    do {
        for (int turn = 0; turn < 3; turn++) {
            x = ((x + key[2 * turn]) * (key[2 * turn + 1] | 1)) & mask;
            x = x ^ (x >> shift);
        }
    } while (x >= draws);
    const double u = ((double)(int64_t)x + ((double)(int64_t)(z >> 11) + 0.5) * 0x1p-53) / (double)draws;
    return u < 1e-12 ? 1e-12 : u > 1.0 - 1e-12 ? 1.0 - 1e-12 : u;
}

static double logit(double x) { return slog(x / (1.0 - x)); }

static double quantile(int kind, double u, double low, double mid, double high) {
    if (kind == 0) return mid;
    if (kind == 1) return low + u * (high - low);
    if (kind == 2) {
        if (high == low) return mid;
        if (u < (mid - low) / (high - low)) return low + __builtin_sqrt(u * (high - low) * (mid - low));
        return high - __builtin_sqrt((1.0 - u) * (high - low) * (high - mid));
    }
    const double z = normal_quantile(u);
    if (kind == 4) { low = slog(low); mid = slog(mid); high = slog(high); }
    if (kind == 5) { low = logit(low); mid = logit(mid); high = logit(high); }
    const double x = mid + z * (z < 0 ? mid - low : high - mid) / Z95;
    return kind == 4 ? sexp(x) : kind == 5 ? 1.0 / (1.0 + sexp(-x)) : x;
}

EXPORT(sample)
void sample(const uint64_t *keys, const int32_t *kinds, const double *ends, int32_t names, int32_t draws, int32_t bits,
            int32_t first, int32_t count, double *out) {
    for (int32_t name = 0; name < names; name++) {
        const double *e = ends + 3 * name;
        for (int32_t j = 0; j < count; j++) {
            const double u = kinds[name] ? stratum(keys + 7 * name, (uint64_t)(first + j), draws, bits) : 0.5;
            out[(size_t)name * count + j] = quantile(kinds[name], u, e[0], e[1], e[2]);
        }
    }
}

/* The functions by themselves, for tests: 0 exp, 1 log, 2 pow, 3 tanh, 4 the normal quantile. */
EXPORT(elementary)
double elementary(int32_t which, double x, double y) {
    return which == 0 ? sexp(x) : which == 1 ? slog(x) : which == 2 ? vpow(all(x), all(y))[0] : which == 3 ? vtanh(all(x))[0] : normal_quantile(x);
}
