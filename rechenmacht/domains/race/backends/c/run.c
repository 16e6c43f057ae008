/* The loop over blocks of draws and steps. Arrays are laid out by the caller; nothing is allocated here.

   p          parameters, [name][draw]
   dated      dated inputs, [step][input]
   phase      which phase's equations hold, [step]
   keep       which kept period a step ends, or -1, [step]
   outputs    rows of the workspace that hold the outcomes asked for, [phase][series]
   out        outcomes, [series][period][draw], float, or double if `wide`
   levers     row of the parameter and step from which the value holds, [lever][2], in the order of time
   values     the levers' values, [lever][draw]
   w          workspace, [ROWS][LANES]
   parked     the state before step `cut`, [block][STATE][LANES]: a run from the start leaves it there, one that resumes
              takes it from there and computes the later steps only; `cut` below zero parks nothing */

static void load(const double *p, int names, size_t draws, size_t low, int width, double *w) {
    for (int i = 0; i < names; i++) EACH_LANE w[i * LANES + j] = p[i * draws + low + (size_t)(j < width ? j : width - 1)];
}

static int pull(const int32_t *levers, const double *values, int count, int from, int step, size_t draws, size_t low,
                int width, double *w) {
    int pulled = 0;
    for (int lever = 0; lever < count; lever++) {
        const int at = levers[2 * lever + 1];
        if (at == step || (from && at < step)) {
            pulled = 1;
            EACH_LANE w[levers[2 * lever] * LANES + j] = values[lever * draws + low + (size_t)(j < width ? j : width - 1)];
        }
    }
    return pulled;
}

#if LANES % 16 == 0
#define LINE 16 /* numbers in a cache line of outcomes */
typedef double full __attribute__((vector_size(8 * LINE), aligned(64)));
typedef float line __attribute__((vector_size(4 * LINE)));
typedef float loose __attribute__((vector_size(4 * LINE), aligned(4)));

/* Write a row as floats; whole cache lines go past the caches, which the workspace needs. */
static void narrow(const double *row, float *to) {
    for (int i = 0; i < LANES / LINE; i++) {
        const line found = __builtin_convertvector(((const full *)row)[i], line);
#if defined(__clang__) && !defined(__wasm__)
        if (((uintptr_t)to & 63) == 0) {
            __builtin_nontemporal_store(found, (line *)to + i);
            continue;
        }
#endif
        ((loose *)to)[i] = found;
    }
}
#else
static void narrow(const double *row, float *to) { EACH_LANE to[j] = (float)row[j]; }
#endif

static void store(const double *w, const int32_t *rows, int series, size_t periods, size_t period, size_t draws,
                  size_t low, int width, int wide, void *out) {
    for (int i = 0; i < series; i++) {
        const double *row = w + (size_t)rows[i] * LANES;
        const size_t place = ((size_t)i * periods + period) * draws + low;
        if (wide) {
            for (int j = 0; j < width; j++) ((double *)out)[place + j] = row[j];
        } else if (width == LANES) {
            narrow(row, (float *)out + place);
        } else {
            for (int j = 0; j < width; j++) ((float *)out)[place + j] = (float)row[j];
        }
    }
}

EXPORT(run)
void run(const double *p, int32_t names, int32_t draws, const double *dated, int32_t inputs, const int32_t *phase,
         const int32_t *keep, int32_t steps, const int32_t *outputs, int32_t series, int32_t periods, void *out,
         int32_t wide, int32_t first, int32_t last, const int32_t *levers, const double *values, int32_t count,
         double *w, double *parked, int32_t cut, int32_t resume) {
    const int start = resume ? cut : 0;
    for (int32_t block = first; block < last; block++) {
        const size_t low = (size_t)block * LANES;
        const int width = (size_t)draws - low < LANES ? (int)((size_t)draws - low) : LANES;
        double *park = parked + (size_t)block * STATE * LANES;
        load(p, names, draws, low, width, w);
        if (resume) {
            for (int i = 0; i < STATE * LANES; i++) w[NAMES * LANES + i] = park[i];
        } else {
            begin((vec *)w, dated);
        }
        for (int k = start; k < steps; k++) {
            const double *d = dated + (size_t)k * inputs;
            if (k == cut && !resume)
                for (int i = 0; i < STATE * LANES; i++) park[i] = w[NAMES * LANES + i];
            const int pulled = pull(levers, values, count, resume && k == start, k, draws, low, width, w);
            if (k == start || pulled || phase[k] != phase[k - 1]) once((vec *)w, d, phase[k]);
            step((vec *)w, d, phase[k]);
            if (keep[k] >= 0)
                store(w, outputs + (size_t)phase[k] * series, series, periods, keep[k], draws, low, width, wide, out);
            move((vec *)w, d, phase[k]);
        }
    }
#ifdef __x86_64__
    __builtin_ia32_sfence();
#endif
}

EXPORT(workspace)
int32_t workspace(void) { return ROWS * LANES; }

EXPORT(lanes)
int32_t lanes(void) { return LANES; }
