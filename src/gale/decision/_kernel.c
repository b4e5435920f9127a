/* The compiled half of `gale.decision.kernel`: which arm wins in each draw of a pool, for one person or many.
 *
 * It computes exactly what `kernel.Plain` computes, number for number. Each score is one fixed sequence of IEEE 754
 * single operations (products, then sums in the order of features and of blocks), vectors run across draws and never
 * across the terms of a sum, and nothing is fused (-ffp-contract=off). Built for the stable ABI; see ADR 0005.
 */
#define Py_LIMITED_API 0x030B0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 8  /* floats in an AVX2 register; compilers split them where registers are smaller */
#define GROUP 4  /* registers worked on at once */
#define LANES (WIDTH * GROUP)

typedef float Floats __attribute__((vector_size(WIDTH * sizeof(float)), aligned(sizeof(float)), may_alias));
typedef int32_t Ints __attribute__((vector_size(WIDTH * sizeof(int32_t)), aligned(sizeof(int32_t)), may_alias));

#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__clang__)
#define FAST __attribute__((target_clones("avx2", "default")))
#else
#define FAST
#endif

#define INLINE static inline __attribute__((always_inline))

#define BLEND(where, yes, no) (((where) & (Ints)(yes)) | (~(where) & (Ints)(no)))

typedef struct {
    Py_ssize_t m;       /* draws */
    Py_ssize_t lanes;   /* draws, rounded up to LANES */
    Py_ssize_t t, d, k; /* blocks, features, arms */
    Py_ssize_t kinds;   /* distinct sets of blocks that arms have */
    float *draws;       /* (lanes / WIDTH, t, d, WIDTH) */
    float *own;         /* (lanes / WIDTH, k, WIDTH), or NULL where all are zero */
    float *worth;       /* (k,), or NULL with `charge` where nothing is asked */
    float *charge;      /* (k,) */
    int32_t *first;     /* (kinds + 1,) where each kind's blocks begin in `parts` */
    int32_t *parts;     /* block numbers, growing within a kind */
    int32_t *kind;      /* (k,) which kind an arm is */
} Pool;

static void pool_free(Pool *p) {
    if (p == NULL) return;
    free(p->draws); free(p->own); free(p->worth); free(p->charge);
    free(p->first); free(p->parts); free(p->kind);
    free(p);
}

/* What one person's work needs: products (t, LANES), sums (kinds, LANES), and the features that are not zero. */
typedef struct {
    float *blocks;
    float *sums;
    float *values;
    int32_t *places; /* of the features in `values`, times WIDTH */
} Bench;

static int bench_make(Bench *b, const Pool *p) {
    b->blocks = malloc((size_t)((p->t + p->kinds) * LANES + 2 * p->d + 1) * sizeof(float));
    if (b->blocks == NULL) return -1;
    b->sums = b->blocks + p->t * LANES;
    b->values = b->sums + p->kinds * LANES;
    b->places = (int32_t *)(b->values + p->d);
    return 0;
}

/* For `n` registers at once: sum over the features f, in order, of x[f] * draws[f], `stride` floats from one to the next. */
INLINE void products(const float *draws, Py_ssize_t stride, const Bench *b, Py_ssize_t used, float *out,
                     Py_ssize_t out_stride, const int n) {
    Floats sum[GROUP] = {{0}};
    for (Py_ssize_t f = 0; f < used; f++) {
        const float *w = draws + b->places[f];
        const float x = b->values[f];
#pragma GCC unroll 4
        for (int i = 0; i < n; i++) sum[i] += x * *(const Floats *)(w + i * stride);
    }
#pragma GCC unroll 4
    for (int i = 0; i < n; i++) *(Floats *)(out + i * out_stride) = sum[i];
}

/* sums[kind][lane] = the kind's blocks added up, in order. */
INLINE void kinds(const Pool *p, const Bench *b, const int groups) {
    for (Py_ssize_t c = 0; c < p->kinds; c++) {
        Floats sum[GROUP] = {{0}};
        for (int32_t i = p->first[c]; i < p->first[c + 1]; i++) {
            const Floats *block = (const Floats *)(b->blocks + (Py_ssize_t)p->parts[i] * LANES);
#pragma GCC unroll 4
            for (int g = 0; g < groups; g++) sum[g] += block[g];
        }
#pragma GCC unroll 4
        for (int g = 0; g < groups; g++) ((Floats *)(b->sums + c * LANES))[g] = sum[g];
    }
}

/* The first of the best allowed arms in each lane. */
INLINE void best(const Pool *p, const Bench *b, const unsigned char *allowed, Py_ssize_t lane, int32_t *out,
                 const int groups) {
    const float *own_here = p->own == NULL ? NULL : p->own + lane * p->k;
    Floats top[GROUP];
    Ints arm[GROUP];
    for (int g = 0; g < groups; g++) {
        top[g] = (Floats){0} - INFINITY;
        arm[g] = (Ints){0};
    }
    for (Py_ssize_t k = 0; k < p->k; k++) {
        if (allowed != NULL && !allowed[k]) continue;
        const Floats *sum = (const Floats *)(b->sums + (Py_ssize_t)p->kind[k] * LANES);
        const float *own = own_here == NULL ? NULL : own_here + k * WIDTH;
        const Ints number = (Ints){0} + (int32_t)k;
#pragma GCC unroll 4
        for (int g = 0; g < groups; g++) {
            Floats score = sum[g];
            if (own != NULL) score += *(const Floats *)(own + g * WIDTH * p->k);
            if (p->worth != NULL) score = score * p->worth[k] - p->charge[k];
            const Ints better = score > top[g];
            top[g] = (Floats)BLEND(better, score, top[g]);
            arm[g] = BLEND(better, number, arm[g]);
        }
    }
    for (int g = 0; g < groups; g++) ((Ints *)out)[g] = arm[g];
}

/* The winners of LANES draws from `lane` on, and of WIDTH draws. */
FAST static void winners_of_group(const Pool *p, const Bench *b, Py_ssize_t used, const unsigned char *allowed,
                                  Py_ssize_t lane, int32_t *out) {
    const Py_ssize_t block = p->d * WIDTH, stride = p->t * block;
    for (Py_ssize_t t = 0; t < p->t; t++)
        products(p->draws + lane / WIDTH * stride + t * block, stride, b, used, b->blocks + t * LANES, WIDTH, GROUP);
    kinds(p, b, GROUP);
    best(p, b, allowed, lane, out, GROUP);
}

FAST static void winners_of_few(const Pool *p, const Bench *b, Py_ssize_t used, const unsigned char *allowed,
                                Py_ssize_t lane, int32_t *out) {
    const Py_ssize_t block = p->d * WIDTH;
    const float *draws = p->draws + lane / WIDTH * p->t * block;
    Py_ssize_t t = 0;
    for (; t + GROUP <= p->t; t += GROUP)
        products(draws + t * block, block, b, used, b->blocks + t * LANES, LANES, GROUP);
    for (; t < p->t; t++) products(draws + t * block, block, b, used, b->blocks + t * LANES, LANES, 1);
    kinds(p, b, 1);
    best(p, b, allowed, lane, out, 1);
}

/* A feature that is zero adds nothing to any sum: most of a person's categories are. */
static Py_ssize_t take(const Pool *p, Bench *b, const double *x) {
    Py_ssize_t used = 0;
    for (Py_ssize_t f = 0; f < p->d; f++) {
        if (x[f] == 0.0) continue;
        b->values[used] = (float)x[f];
        b->places[used++] = (int32_t)(f * WIDTH);
    }
    return used;
}

/* All winners of one person, `lanes` of them. */
static void winners(const Pool *p, Bench *b, const double *x, const unsigned char *allowed, int32_t *out) {
    const Py_ssize_t used = take(p, b, x);
    for (Py_ssize_t lane = 0; lane < p->lanes; lane += LANES) 
        winners_of_group(p, b, used, allowed, lane, out + lane);
}

static Py_ssize_t counted(const Pool *p, const int32_t *won, Py_ssize_t arm) {
    Py_ssize_t n = 0;
    for (Py_ssize_t i = 0; i < p->m; i++) n += won[i] == arm;
    return n;
}

static int some(const unsigned char *allowed, Py_ssize_t k) {
    return allowed == NULL || memchr(allowed, 1, (size_t)k) != NULL;
}

/* --- Python's side ------------------------------------------------------------------------------------------------ */

typedef struct {
    PyObject_HEAD
    Pool *pool;
} Object;

/* A contiguous buffer of exactly `bytes` bytes; `None` (where `bytes` may be missing) leaves `view->buf` NULL. */
static int view_of(PyObject *given, Py_buffer *view, Py_ssize_t bytes, int writable, const char *name) {
    view->buf = NULL;
    view->obj = NULL;
    if (given == Py_None) return 0;
    if (PyObject_GetBuffer(given, view, writable ? PyBUF_CONTIG : PyBUF_CONTIG_RO) < 0) {
        view->buf = NULL;
        return -1;
    }
    if (view->len != bytes) {
        PyErr_Format(PyExc_ValueError, "%s: %zd bytes, not %zd", name, view->len, bytes);
        PyBuffer_Release(view);
        view->buf = NULL;
        return -1;
    }
    return 0;
}

static void release(Py_buffer *views, int n) {
    for (int i = 0; i < n; i++)
        if (views[i].obj != NULL) PyBuffer_Release(&views[i]);
}

/* Which arms have the same blocks: each distinct row of `member` becomes a kind. */
static int sort_kinds(Pool *p, const unsigned char *member) {
    int32_t *pattern = malloc((size_t)(p->k + 1) * sizeof(int32_t)); /* a kind's first arm */
    p->kind = malloc((size_t)(p->k + 1) * sizeof(int32_t));
    p->first = malloc((size_t)(p->k + 1) * sizeof(int32_t));
    p->parts = malloc((size_t)(p->k * p->t + 1) * sizeof(int32_t));
    if (pattern == NULL || p->kind == NULL || p->first == NULL || p->parts == NULL) { free(pattern); return -1; }
    int32_t parts = 0;
    p->first[0] = 0;
    for (Py_ssize_t k = 0; k < p->k; k++) {
        const unsigned char *row = member + k * p->t;
        Py_ssize_t c = 0;
        while (c < p->kinds && memcmp(row, member + pattern[c] * p->t, (size_t)p->t) != 0) c++;
        if (c == p->kinds) {
            pattern[p->kinds++] = (int32_t)k;
            for (Py_ssize_t t = 0; t < p->t; t++)
                if (row[t]) p->parts[parts++] = (int32_t)t;
            p->first[p->kinds] = parts;
        }
        p->kind[k] = (int32_t)c;
    }
    free(pattern);
    return 0;
}

static Pool *pool_make(Py_ssize_t m, Py_ssize_t t, Py_ssize_t d, Py_ssize_t k, const float *draws,
                       const unsigned char *member, const float *own, const float *worth, const float *charge) {
    Pool *p = calloc(1, sizeof(Pool));
    if (p == NULL) return NULL;
    p->m = m; p->t = t; p->d = d; p->k = k;
    p->lanes = (m + LANES - 1) / LANES * LANES;
    p->draws = calloc((size_t)(d * t * p->lanes + 1), sizeof(float));
    if (p->draws == NULL || sort_kinds(p, member) < 0) { pool_free(p); return NULL; }
    for (Py_ssize_t i = 0; i < m; i++)
        for (Py_ssize_t b = 0; b < t; b++)
            for (Py_ssize_t f = 0; f < d; f++)
                p->draws[((i / WIDTH * t + b) * d + f) * WIDTH + i % WIDTH] = draws[(i * t + b) * d + f];
    if (own != NULL) {
        p->own = calloc((size_t)(k * p->lanes), sizeof(float));
        if (p->own == NULL) { pool_free(p); return NULL; }
        for (Py_ssize_t i = 0; i < m; i++)
            for (Py_ssize_t a = 0; a < k; a++) p->own[(i / WIDTH * k + a) * WIDTH + i % WIDTH] = own[i * k + a];
    }
    if (worth != NULL) {
        p->worth = malloc((size_t)k * sizeof(float));
        p->charge = malloc((size_t)k * sizeof(float));
        if (p->worth == NULL || p->charge == NULL) { pool_free(p); return NULL; }
        memcpy(p->worth, worth, (size_t)k * sizeof(float));
        memcpy(p->charge, charge, (size_t)k * sizeof(float));
    }
    return p;
}

static PyObject *object_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
    Py_ssize_t m, t, d, k;
    PyObject *given[5];
    Py_buffer v[5];
    (void)kwargs;
    if (!PyArg_ParseTuple(args, "nnnnOOOOO", &m, &t, &d, &k, &given[0], &given[1], &given[2], &given[3], &given[4]))
        return NULL;
    if (m < 1 || k < 1 || t < 0 || d < 0 || k > INT32_MAX / (t + 1) || d > INT32_MAX / LANES) {
        PyErr_SetString(PyExc_ValueError, "a pool needs draws and arms");
        return NULL;
    }
    const Py_ssize_t bytes[5] = {m * t * d * 4, k * t, m * k * 4, k * 4, k * 4};
    const char *names[5] = {"draws", "member", "own", "worth", "charge"};
    for (int i = 0; i < 5; i++)
        if (view_of(given[i], &v[i], bytes[i], 0, names[i]) < 0) { release(v, i); return NULL; }
    PyObject *made = NULL;
    if ((v[0].buf == NULL && v[0].obj == NULL && given[0] == Py_None) || given[1] == Py_None ||
        (given[3] == Py_None) != (given[4] == Py_None)) {
        PyErr_SetString(PyExc_ValueError, "draws and member are needed; worth and charge go together");
    } else {
        Pool *pool = pool_make(m, t, d, k, v[0].buf, v[1].buf, v[2].buf, v[3].buf, v[4].buf);
        if (pool == NULL) {
            PyErr_NoMemory();
        } else {
            allocfunc make = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
            made = make(type, 0);
            if (made == NULL) pool_free(pool);
            else ((Object *)made)->pool = pool;
        }
    }
    release(v, 5);
    return made;
}

static void object_free(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    pool_free(((Object *)self)->pool);
    freefunc end = (freefunc)PyType_GetSlot(type, Py_tp_free);
    end(self);
    Py_DECREF(type);
}

static int arguments(Py_ssize_t found, Py_ssize_t wanted) {
    if (found == wanted) return 0;
    PyErr_Format(PyExc_TypeError, "%zd arguments, not %zd", found, wanted);
    return -1;
}

/* pick(x, allowed, at): (arm, draws that it wins). `at` >= 0 is a draw, whose winner is meant; below, arm -1 - at.
 * A few microseconds: the GIL is kept, since giving it up and waiting for it again would cost more. */
static PyObject *pick(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    const Pool *p = ((Object *)self)->pool;
    Py_buffer v[2];
    Bench b;
    if (arguments(n, 3) < 0) return NULL;
    const Py_ssize_t at = PyLong_AsSsize_t(args[2]);
    if (at == -1 && PyErr_Occurred()) return NULL;
    if (at >= p->m || at < -p->k) { PyErr_SetString(PyExc_IndexError, "no such draw or arm"); return NULL; }
    if (view_of(args[0], &v[0], p->d * 8, 0, "x") < 0) return NULL;
    if (view_of(args[1], &v[1], p->k, 0, "allowed") < 0) { release(v, 1); return NULL; }
    PyObject *found = NULL;
    int32_t *won = malloc((size_t)p->lanes * sizeof(int32_t));
    if (v[0].obj == NULL || !some(v[1].buf, p->k)) {
        PyErr_SetString(PyExc_ValueError, "x is missing or no arm is allowed");
    } else if (won == NULL || bench_make(&b, p) < 0) {
        PyErr_NoMemory();
    } else {
        winners(p, &b, v[0].buf, v[1].buf, won);
        free(b.blocks);
        const Py_ssize_t arm = at >= 0 ? won[at] : -1 - at;
        found = Py_BuildValue("nn", arm, counted(p, won, arm));
    }
    free(won);
    release(v, 2);
    return found;
}

/* pick_many(features, allowed, at, arms, counts): the same for n people, into int64 arrays; without `counts` only the
 * draw that chooses is looked at. The GIL is given up meanwhile. */
static PyObject *pick_many(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    const Pool *p = ((Object *)self)->pool;
    Py_buffer v[5];
    Bench b;
    if (arguments(n, 5) < 0) return NULL;
    const Py_ssize_t people = PyObject_Size(args[2]);
    if (people < 0) return NULL;
    const Py_ssize_t bytes[5] = {people * p->d * 8, people * p->k, people * 8, people * 8, people * 8};
    const char *names[5] = {"features", "allowed", "at", "arms", "counts"};
    for (int i = 0; i < 5; i++)
        if (view_of(args[i], &v[i], bytes[i], i >= 3, names[i]) < 0) { release(v, i); return NULL; }
    const int64_t *at = v[2].buf;
    int64_t *arms = v[3].buf, *counts = v[4].buf;
    int wrong = v[0].obj == NULL || v[2].obj == NULL || v[3].obj == NULL;
    for (Py_ssize_t i = 0; !wrong && i < people; i++)
        wrong = at[i] >= p->m || at[i] < -p->k || !some(v[1].buf ? (unsigned char *)v[1].buf + i * p->k : NULL, p->k);
    int32_t *won = malloc((size_t)p->lanes * sizeof(int32_t));
    if (wrong) {
        PyErr_SetString(PyExc_ValueError, "no such draw or arm, or a person without an allowed arm");
    } else if (won == NULL || bench_make(&b, p) < 0) {
        wrong = 1;
        PyErr_NoMemory();
    } else {
        Py_BEGIN_ALLOW_THREADS
        for (Py_ssize_t i = 0; i < people; i++) {
            const double *x = (const double *)v[0].buf + i * p->d;
            const unsigned char *allowed = v[1].buf ? (unsigned char *)v[1].buf + i * p->k : NULL;
            if (counts != NULL) {
                winners(p, &b, x, allowed, won);
                arms[i] = at[i] >= 0 ? won[at[i]] : -1 - at[i];
                counts[i] = counted(p, won, arms[i]);
            } else if (at[i] < 0) {
                arms[i] = -1 - at[i];
            } else {
                const Py_ssize_t lane = at[i] / WIDTH * WIDTH;
                winners_of_few(p, &b, take(p, &b, x), allowed, lane, won);
                arms[i] = won[at[i] - lane];
            }
        }
        Py_END_ALLOW_THREADS
        free(b.blocks);
    }
    free(won);
    release(v, 5);
    if (wrong) return NULL;
    Py_RETURN_NONE;
}

/* count_many(features, allowed, counts): for n people, how many draws each arm wins, added to float64 (n, k). */
static PyObject *count_many(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    const Pool *p = ((Object *)self)->pool;
    Py_buffer v[3];
    Bench b;
    if (arguments(n, 3) < 0) return NULL;
    const Py_ssize_t people = PyObject_Size(args[2]);
    if (people < 0) return NULL;
    const Py_ssize_t bytes[3] = {people * p->d * 8, people * p->k, people * p->k * 8};
    const char *names[3] = {"features", "allowed", "counts"};
    for (int i = 0; i < 3; i++)
        if (view_of(args[i], &v[i], bytes[i], i == 2, names[i]) < 0) { release(v, i); return NULL; }
    int wrong = v[0].obj == NULL || v[2].obj == NULL;
    for (Py_ssize_t i = 0; !wrong && v[1].buf && i < people; i++)
        wrong = !some((unsigned char *)v[1].buf + i * p->k, p->k);
    int32_t *won = malloc((size_t)p->lanes * sizeof(int32_t));
    if (wrong) {
        PyErr_SetString(PyExc_ValueError, "an array is missing, or a person has no allowed arm");
    } else if (won == NULL || bench_make(&b, p) < 0) {
        wrong = 1;
        PyErr_NoMemory();
    } else {
        Py_BEGIN_ALLOW_THREADS
        for (Py_ssize_t i = 0; i < people; i++) {
            double *row = (double *)v[2].buf + i * p->k;
            winners(p, &b, (const double *)v[0].buf + i * p->d,
                    v[1].buf ? (unsigned char *)v[1].buf + i * p->k : NULL, won);
            for (Py_ssize_t j = 0; j < p->m; j++) row[won[j]] += 1.0;
        }
        Py_END_ALLOW_THREADS
        free(b.blocks);
    }
    free(won);
    release(v, 3);
    if (wrong) return NULL;
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"pick", (PyCFunction)(void (*)(void))pick, METH_FASTCALL, "The arm of a draw (or a given one) and its count."},
    {"pick_many", (PyCFunction)(void (*)(void))pick_many, METH_FASTCALL, "The same for many people."},
    {"count_many", (PyCFunction)(void (*)(void))count_many, METH_FASTCALL, "How many draws each arm wins."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "Pool(m, t, d, k, draws, member, own, worth, charge): a pool of draws, laid out for the processor."},
    {Py_tp_new, object_new},
    {Py_tp_dealloc, object_free},
    {Py_tp_methods, methods},
    {0, NULL},
};

static PyType_Spec spec = {"gale.decision._kernel.Pool", sizeof(Object), 0, Py_TPFLAGS_DEFAULT, slots};

static int start(PyObject *module) {
    PyObject *type = PyType_FromSpec(&spec);
    if (type == NULL) return -1;
    if (PyModule_AddObject(module, "Pool", type) < 0) { Py_DECREF(type); return -1; }
    return 0;
}

static PyModuleDef_Slot stages[] = {{Py_mod_exec, start}, {0, NULL}};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_kernel", "Scores, winners and counts; see gale.decision.kernel.", 0, NULL, stages,
    NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__kernel(void) { return PyModuleDef_Init(&definition); }
