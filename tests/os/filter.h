/* Sets a seccomp filter, which stays with the thread and its children. */
#ifndef FILTER_H
#define FILTER_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/* An array of struct sock_filter. */
#define set_filter(code) set_filter_of(code, sizeof(code) / sizeof *(code))

static inline bool set_filter_of(struct sock_filter *code, size_t len)
{
    struct sock_fprog program = {(unsigned short)len, code};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

#endif
