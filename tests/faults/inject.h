/* Makes calls of the library fail, one after another. The test programs are linked with --wrap for
 * each function below, so that every call of it in the library comes by here; nothing in the
 * library knows. While nothing is armed the calls go through, and are only counted. */
#ifndef INJECT_H
#define INJECT_H

#include <stdbool.h>
#include <stddef.h>

/* What kind of call it is, which decides how it can fail. */
enum call_kind {
    CALL_MEMORY, /* gives memory */
    CALL_SYSTEM, /* asks the kernel, or the name services */
    CALL_READ,   /* reads a file */
    CALL_LIST    /* reads a folder */
};

enum fault_kind {
    FAULT_ERROR, /* -1, or what stands for it, with errno */
    FAULT_SHORT, /* a read gives a part; the rest comes with the next */
    FAULT_CUT,   /* a read gives a part, and the next nothing more */
    FAULT_EMPTY  /* nothing, as at the end */
};

struct fault {
    enum fault_kind kind;
    int error;    /* errno */
    size_t part;  /* how much a short read gives, in quarters; 0: all but the last two bytes */
    bool lasting; /* all later calls of the same kind fail as well */
};

/* Whether a call of this kind can fail so. */
bool fault_applies(const struct fault *fault, enum call_kind kind);

/* From now on, the call number `at` (from 1) fails so, if one of its kind can;
 * 0: none does. */
void inject(const struct fault *fault, size_t at);

/* Ends it. Returns how many calls there were. */
size_t inject_end(void);

/* Each call since inject(), as far as they are remembered. */
struct call {
    enum call_kind kind;
    const char *name; /* of the function */
};
enum { CALLS_MAX = 4096 };
extern struct call injected_calls[CALLS_MAX];

/* The function whose call failed last, NULL when none did. */
const char *inject_hit(void);

/* How often a function was made to fail since the program began. */
unsigned long inject_times(const char *name);

/* How often each function failed, and how, as a line for tools/soak.py. */
void inject_tell(void);

const char *errno_name(int error);

/* Blocks of memory and descriptors that are open now, of the library and the test together. */
long inject_blocks(void);
long inject_descriptors(void);

/* How often a descriptor was closed that the library had not opened, or had closed before. */
long inject_strange(void);

#endif
