/* environ(): the environment is read at each call. Mostly it is the one that was read last, of this
 * process or of another that has inherited the same: then a copy of the dictionary that was made of
 * it is as good as a new one, for a tenth of the effort. */
#include "process.h"

#include <string.h>

static bool is_same(const psutil_string_list *a, const psutil_string_list *b)
{
    if (!a || a->len != b->len)
        return false;
    for (size_t i = 0; i < a->len; i++)
        if (strcmp(a->items[i], b->items[i]) != 0)
            return false;
    return true;
}

/* Whether these were read last; *made is the dictionary, a new reference, or NULL. */
static bool was_read_last(module_state *state, const psutil_string_list *list, PyObject **made)
{
    LOCK(state);
    bool same = is_same(state->environ.list, list);
    *made = same ? state->environ.made : NULL;
    Py_XINCREF(*made);
    UNLOCK(state);
    return same;
}

/* Takes both over; `made` may be NULL. */
static void remember(module_state *state, psutil_string_list *list, PyObject *made)
{
    LOCK(state);
    environment before = state->environ;
    state->environ = (environment){list, made};
    UNLOCK(state);
    psutil_free(before.list);
    Py_XDECREF(before.made);
}

void environment_forget(module_state *state)
{
    remember(state, NULL, NULL);
}

/* A dictionary of its own is kept from the second time on: most environments are asked for once. */
static PyObject *make(module_state *state, psutil_string_list *list, bool again)
{
    PyObject *result = variables_from(list);
    PyObject *copy = result && again ? PyDict_Copy(result) : NULL;
    if (result && again && !copy)
        Py_CLEAR(result);
    remember(state, list, copy);
    return result;
}

PyObject *process_environ(PyObject *object, PyObject *Py_UNUSED(unused))
{
    process_object *self = (process_object *)object;
    psutil_string_list *list = NULL;
    PyObject *made;
    int rc;
    if (!process_is_open(self))
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_process_environ(&list, self->handle);
    Py_END_ALLOW_THREADS
    if (rc != 0)
        return process_raise(self, rc);
    bool again = was_read_last(self->state, list, &made);
    if (!made)
        return make(self->state, list, again);
    PyObject *result = PyDict_Copy(made);
    Py_DECREF(made);
    psutil_free(list);
    return result;
}
